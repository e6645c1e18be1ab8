package dev.refractium.server.session;

import dev.refractium.server.identify.Inquiry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The counters of the sessions of one listener, protocol and route. Outlives generations. No method allocates, except
 * those that read; none takes a lock. Any thread.
 */
public final class SessionMeter {
    private final ProtocolMeter protocol;
    private final String route;
    private final LongAdder live = new LongAdder();
    private final LongAdder routed = new LongAdder();
    private final LongAdder fromClient = new LongAdder();
    private final LongAdder fromBackend = new LongAdder();

    /** Never changes but in its numbers. */
    private final Map<EndReason, AtomicLong> ends = new EnumMap<>(EndReason.class);

    /** @param route empty for sessions that have none */
    SessionMeter(ProtocolMeter protocol, String route) {
        this.protocol = protocol;
        this.route = route;
        for (EndReason why : EndReason.values()) {
            ends.put(why, new AtomicLong());
        }
    }

    /** Returns the protocol's times. */
    public ProtocolMeter protocol() {
        return protocol;
    }

    /** Returns the name of the listener. */
    public String listener() {
        return protocol.listener().name();
    }

    /** Returns the route's name; empty for sessions that have none. */
    public String route() {
        return route;
    }

    /** Counts a live session as one of {@code protocol} and {@code route} from now on, and returns their counters. */
    public SessionMeter movedTo(String protocolName, String routeName) {
        SessionMeter next = protocol.listener().of(protocolName, routeName);
        live.decrement();
        next.live.increment();
        return next;
    }

    void began() {
        protocol.listener().opened();
        live.increment();
    }

    void left() {
        live.decrement();
    }

    void routed() {
        routed.increment();
    }

    void ended(EndReason why) {
        Objects.requireNonNull(ends.get(why)).incrementAndGet();
    }

    /** Returns the counters that an end counts in: these, unless there is no route and a protocol is known by now. */
    SessionMeter atEnd(EndReason why, @Nullable Inquiry known) {
        if (!route.isEmpty() || known == null) {
            return this;
        }
        return protocol.listener().of(why == EndReason.INCOMPLETE ? known.candidateName() : known.protocol(), "");
    }

    /** Returns the counter of bytes that backends have been sent. */
    public LongAdder fromClient() {
        return fromClient;
    }

    /** Returns the counter of bytes that clients have been sent. */
    public LongAdder fromBackend() {
        return fromBackend;
    }

    /** Returns how many sessions are alive. */
    public long live() {
        return live.sum();
    }

    /** Returns how many sessions have taken the route. */
    public long routedSoFar() {
        return routed.sum();
    }

    /** Returns how many sessions ended, or clients were refused, by reason; reasons without any are left out. */
    public Map<EndReason, Long> ends() {
        Map<EndReason, Long> counts = new EnumMap<>(EndReason.class);
        ends.forEach((why, count) -> {
            if (count.get() > 0) {
                counts.put(why, count.get());
            }
        });
        return counts;
    }
}
