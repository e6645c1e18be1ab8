package dev.refractium.server.upstream;

/**
 * What a pool does with sessions when its servers are full, or down, and how long they are dialled. Immutable.
 *
 * @param queue how many may wait for a place at a time
 * @param queueMs how long each may wait, in milliseconds; 0: none waits
 * @param closesWithBackend whether live sessions end when checks, or an operator, find their server to be down
 * @param dial how long sessions try its targets
 * @param triesDown whether servers that are down are tried when no other is left
 */
public record PoolHandling(int queue, long queueMs, boolean closesWithBackend, boolean triesDown, DialTimes dial) {
    /** No session waits, live ones are kept, and servers that are down are tried last. */
    public static final PoolHandling DEFAULT = new PoolHandling(0, 0, false, true, DialTimes.USUAL);

    /** Returns how many sessions may wait for a place. */
    public int mayWait() {
        return queueMs == 0 ? 0 : queue;
    }
}
