package dev.refractium.server.admin;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Replies that are made twice a second at most: requests that come more often get the last one, so that they take no time
 * from the relay. One reply is made at a time, since many at a time would need the memory of many. Any thread.
 */
final class RecentReplies {
    private static final long KEPT_NANOS = Duration.ofMillis(500).toNanos();

    /** Guarded by this. */
    private final Map<String, Kept> kept = new HashMap<>();

    /** @param at when it was made, by {@link System#nanoTime} */
    private record Kept(Reply reply, long at) {}

    /**
     * Returns the reply of this name, which is made if there is none or it is too old.
     *
     * @param name one of a few
     */
    synchronized Reply get(String name, Supplier<Reply> make) {
        long now = System.nanoTime();
        Kept last = kept.get(name);
        if (last == null || now - last.at() >= KEPT_NANOS) {
            last = new Kept(make.get(), now);
            kept.put(name, last);
        }
        return last.reply();
    }
}
