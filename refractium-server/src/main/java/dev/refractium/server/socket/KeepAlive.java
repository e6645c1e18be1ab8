package dev.refractium.server.socket;

/**
 * How soon a peer that has vanished without a word is noticed: a connection that is quiet for {@code idle} is probed every
 * {@code interval}, and broken after {@code probes} without an answer. Bytes that are never acknowledged break it after
 * the same time, which the system alone would retransmit for a quarter of an hour. All times are in seconds.
 */
public record KeepAlive(int idle, int interval, int probes) {
    /** What all sessions go by: two minutes. */
    public static final KeepAlive USUAL = new KeepAlive(60, 10, 6);

    /**
     * Returns the age, in milliseconds, at which a session calls {@link Side#keepAlive}. Most sessions end before, and
     * need none of the system calls: six of them took 2.5 µs per session, of about 70 µs for a connection of the kernel's.
     */
    public long afterMs() {
        return idle * 500L;
    }

    /** Returns the time, in milliseconds, after which a silent peer's connection is broken. */
    public int totalMs() {
        return (idle + interval * probes) * 1_000;
    }
}
