package dev.refractium.server.session;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The times of the sessions of one protocol at one listener, and their counters by route. Any thread. */
public final class ProtocolMeter {
    private final ListenerMeter listener;
    private final String name;
    private final TimeHistogram identification = new TimeHistogram();
    private final TimeHistogram dial = new TimeHistogram();
    private final TimeHistogram firstByte = new TimeHistogram();
    private final ConcurrentHashMap<String, SessionMeter> routes = new ConcurrentHashMap<>();

    ProtocolMeter(ListenerMeter listener, String name) {
        this.listener = listener;
        this.name = name;
    }

    /** Returns the protocol's name; empty for sessions that no protocol has recognised. */
    public String name() {
        return name;
    }

    public ListenerMeter listener() {
        return listener;
    }

    /** Returns the times from a client's arrival until the decision where it goes. */
    public TimeHistogram identification() {
        return identification;
    }

    /** Returns the times from the first attempt to connect until a backend is connected. */
    public TimeHistogram dial() {
        return dial;
    }

    /** Returns the times from the connected backend until its first byte. */
    public TimeHistogram firstByte() {
        return firstByte;
    }

    /** Returns the counters of a route; those of {@link Meters#OTHER} once there are too many routes. */
    SessionMeter route(String route) {
        SessionMeter known = routes.get(route);
        return known == null ? added(route) : known;
    }

    private SessionMeter added(String route) {
        String counted = listener.meters().hasRoom() ? route : Meters.OTHER;
        return routes.computeIfAbsent(counted, first -> listener.meters().counted(new SessionMeter(this, first)));
    }

    /** Returns the counters of all routes, a view. */
    public Collection<SessionMeter> routes() {
        return routes.values();
    }

    /** Forgets the routes whose names {@code kept} refuses and that have no live session. */
    void retain(Predicate<String> kept) {
        routes.values().removeIf(meter -> {
            boolean over = meter.live() == 0 && !kept.test(meter.route());
            if (over) {
                listener.meters().forgotten();
            }
            return over;
        });
    }
}
