package dev.refractium.server.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many sessions ended, and how many went to the fallback instead, by reason. Any thread. */
final class EndCounts {
    private final EnumMap<EndReason, LongAdder> ends = new EnumMap<>(EndReason.class);
    private final EnumMap<EndReason, LongAdder> fallbacks = new EnumMap<>(EndReason.class);
    private final LongAdder bytes = new LongAdder();

    EndCounts() {
        for (EndReason why : EndReason.values()) {
            ends.put(why, new LongAdder());
            fallbacks.put(why, new LongAdder());
        }
    }

    void end(EndReason why) {
        increment(ends, why);
    }

    void fallback(EndReason insteadOf) {
        increment(fallbacks, insteadOf);
    }

    void moved(long more) {
        bytes.add(more);
    }

    long bytes() {
        return bytes.sum();
    }

    Map<EndReason, Long> ends() {
        return sums(ends);
    }

    Map<EndReason, Long> fallbacks() {
        return sums(fallbacks);
    }

    private static void increment(EnumMap<EndReason, LongAdder> counters, EndReason why) {
        LongAdder counter = counters.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    private static Map<EndReason, Long> sums(EnumMap<EndReason, LongAdder> counters) {
        Map<EndReason, Long> sums = new EnumMap<>(EndReason.class);
        counters.forEach((why, count) -> sums.put(why, count.sum()));
        return sums;
    }
}
