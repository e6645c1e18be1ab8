package dev.refractium.server.report;

/**
 * What became of the sessions and bytes that a hook was to see, since it was started. While sessions live, the figures
 * may be some events apart from each other.
 *
 * @param opened sessions that it watched
 * @param missed sessions that it was not asked about, since its memory was used up
 * @param chunks pieces of streams and datagrams that its taps were given
 * @param bytes what those held
 * @param lostChunks pieces and datagrams that its taps were not given though the hook wants them
 * @param lostBytes what those held
 * @param faults throws
 * @param ejected whether it threw too often and is no longer asked
 * @param memory bytes that wait for its taps just now, with what it takes to hold them
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
