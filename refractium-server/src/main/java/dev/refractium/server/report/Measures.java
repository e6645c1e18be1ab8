package dev.refractium.server.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server has counted and measured since its start, beside its {@link Status}.
 *
 * @param listeners one for each transport of a listener
 * @param times one for each protocol at a listener; the empty name is for sessions that none has recognised
 * @param sessions one for each route and protocol at a listener
 * @param members those of the pools of the current generation
 * @param overall of the server as a whole
 */
public record Measures(
        List<Listener> listeners, List<Times> times, List<Sessions> sessions, List<Member> members, Overall overall) {
    public Measures {
        listeners = List.copyOf(listeners);
        times = List.copyOf(times);
        sessions = List.copyOf(sessions);
        members = List.copyOf(members);
    }

    /**
     * A listener.
     *
     * @param opened how many sessions have begun
     */
    public record Listener(String name, String transport, long opened) {}

    /**
     * The times of sessions of one protocol at one listener.
     *
     * @param identification from a client's arrival until the decision where it goes
     * @param dial from the first attempt to connect until a backend is connected; TCP only
     * @param firstByte from the connected backend until its first byte
     */
    public record Times(
            Listener listener, String protocol, Histogram identification, Histogram dial, Histogram firstByte) {}

    /**
     * The sessions of one route and protocol at one listener.
     *
     * @param protocol empty if none has recognised them
     * @param route empty if they have none; "other" for those of more than {@code max_series} routes
     */
    public record Sessions(Listener listener, String protocol, String route, Counts counts) {}

    /**
     * Counters of sessions.
     *
     * @param live how many are alive
     * @param routed how many have taken the route
     * @param fromClient bytes that clients have sent to backends
     * @param fromBackend bytes that backends have sent to clients
     * @param ended how many have ended, or were refused, by reason
     */
    public record Counts(long live, long routed, long fromClient, long fromBackend, Map<String, Long> ended) {
        public Counts {
            ended = Map.copyOf(new TreeMap<>(ended));
        }
    }

    /**
     * A backend, as one pool has it.
     *
     * @param pool its name, as {@link Status.Pool} has it
     * @param backend its address, as {@link Status.Backend} has it
     * @param up whether it takes new sessions: it has an address that is not known to be down, and no operator has drained it
     * @param firstByte from the connected backend until its first byte, in all of its pools
     */
    public record Member(String pool, String transport, String backend, int weight, boolean up, Durations firstByte) {}

    /**
     * Durations without their distribution.
     *
     * @param count how many there were
     * @param nanos the sum of all
     */
    public record Durations(long count, long nanos) {}

    /**
     * Durations in fixed buckets.
     *
     * @param bounds the largest duration of each bucket but the last, in nanoseconds
     * @param counts how many durations each bucket has: one more than bounds
     * @param nanos the sum of all durations
     */
    public record Histogram(List<Long> bounds, List<Long> counts, long nanos) {
        public Histogram {
            bounds = List.copyOf(bounds);
            counts = List.copyOf(counts);
        }
    }

    /**
     * The server as a whole.
     *
     * @param inSync whether the running configuration is that of the files
     * @param applied how many reloads were applied
     * @param refused how many reloads were refused
     * @param loops the event loops
     */
    public record Overall(boolean inSync, long applied, long refused, Loops loops, Limits limits) {}

    /**
     * The limits in force.
     *
     * @param connections how many TCP sessions may live at a time
     * @param flows how many UDP flows may live at a time
     * @param series how many routes and backends have figures of their own
     */
    public record Limits(int connections, int flows, int series) {}

    /**
     * The event loops.
     *
     * @param delay how long they took to answer the watchdog
     * @param stuck how many do not answer
     */
    public record Loops(Histogram delay, int stuck) {}
}
