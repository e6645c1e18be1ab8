package dev.refractium.server.report;

/**
 * The counters of a hook since it was started. While sessions live, the figures may be some events apart from each
 * other.
 *
 * @param opened sessions that it watched
 * @param missed sessions that it was not asked about, since its memory was used up
 * @param chunks pieces of streams, and datagrams, that its taps received
 * @param bytes the bytes of these
 * @param lostChunks pieces and datagrams that the hook wanted and its taps did not receive
 * @param lostBytes the bytes of these
 * @param faults exceptions that it threw
 * @param ejected whether it threw too often and is no longer called
 * @param memory bytes that currently wait for its taps, including the overhead of holding them
 */
public record HookCounts(
        long opened,
        long missed,
        long chunks,
        long bytes,
        long lostChunks,
        long lostBytes,
        long faults,
        boolean ejected,
        long memory) {}
