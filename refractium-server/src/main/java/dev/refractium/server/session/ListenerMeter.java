package dev.refractium.server.session;

import dev.refractium.api.Transport;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one listener's clients over one transport, by protocol. Outlives generations. Any thread. */
public final class ListenerMeter {
    private final Meters meters;
    private final Transport transport;
    private final String name;
    private final LongAdder opened = new LongAdder();
    private final ConcurrentHashMap<String, ProtocolMeter> protocols = new ConcurrentHashMap<>();

    ListenerMeter(Meters meters, Transport transport, String name) {
        this.meters = meters;
        this.transport = transport;
        this.name = name;
    }

    Meters meters() {
        return meters;
    }

    public Transport transport() {
        return transport;
    }

    /** Returns the listener's name in the configuration. */
    public String name() {
        return name;
    }

    /** Returns the counters of clients of which nothing is known yet. */
    public SessionMeter undecided() {
        return of("", "");
    }

    /**
     * Returns the counters of sessions.
     *
     * @param protocol empty if none has recognised them
     * @param route empty if they have none
     */
    public SessionMeter of(String protocol, String route) {
        return protocol(protocol).route(route);
    }

    /** Returns the times of a protocol's sessions; the empty name is for sessions that none has recognised. */
    public ProtocolMeter protocol(String protocol) {
        ProtocolMeter known = protocols.get(protocol);
        return known == null ? protocols.computeIfAbsent(protocol, first -> new ProtocolMeter(this, first)) : known;
    }

    /** Returns the counters of all protocols, a view. */
    public Collection<ProtocolMeter> protocols() {
        return protocols.values();
    }

    void opened() {
        opened.increment();
    }

    /** Returns how many sessions have begun. */
    public long openedSoFar() {
        return opened.sum();
    }
}
