package dev.refractium.server.session;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** The live sessions of a server and the count of those that ended. Any thread. */
public final class Sessions {
    private final Set<Session> live = ConcurrentHashMap.newKeySet();
    private final EnumMap<End, LongAdder> ends = new EnumMap<>(End.class);
    private final EnumMap<End, LongAdder> fallbacks = new EnumMap<>(End.class);
    private final LongAdder bytes = new LongAdder();

    /** Counted down by whoever ends the last session once draining has begun. */
    private final CountDownLatch drained = new CountDownLatch(1);

    private volatile boolean draining;

    private final AtomicLong ids = new AtomicLong();

    public Sessions() {
        for (End end : End.values()) {
            ends.put(end, new LongAdder());
            fallbacks.put(end, new LongAdder());
        }
    }

    /** A number that no other session of this process has. */
    public long nextId() {
        return ids.incrementAndGet();
    }

    /** A session begins. */
    public void began(Session session) {
        live.add(session);
    }

    /** A session ended, having relayed {@code relayed} bytes both ways together. */
    public void ended(Session session, End end, long relayed) {
        count(end);
        bytes.add(relayed);
        live.remove(session);
        if (draining && live.isEmpty()) {
            drained.countDown();
        }
    }

    /** Counts an end that had no session, such as a refused connection. */
    public void count(End end) {
        increment(ends, end);
    }

    /** Counts a session that goes to the fallback instead of ending for this reason. */
    public void countFallback(End insteadOf) {
        increment(fallbacks, insteadOf);
    }

    /** How many sessions are alive. */
    public int live() {
        return live.size();
    }

    /** How many bytes ended sessions had relayed. */
    public long bytes() {
        return bytes.sum();
    }

    /** How many sessions ended, by cause. */
    public Map<End, Long> ends() {
        return sums(ends);
    }

    /** How many sessions went to the fallback, by what would have ended them without one. */
    public Map<End, Long> fallbacks() {
        return sums(fallbacks);
    }

    /**
     * Waits until the last session has ended, for {@code ms} at most. To be called once no new one can begin.
     *
     * @return whether none is left
     */
    public boolean drain(long ms) throws InterruptedException {
        draining = true;
        return live.isEmpty() || drained.await(ms, TimeUnit.MILLISECONDS);
    }

    /** Stops a {@link #drain} that is waiting. */
    public void stopWaiting() {
        drained.countDown();
    }

    /** Those that are alive, as they come and go: a view, to be looked through once and quickly. */
    public Iterable<Session> all() {
        return live;
    }

    /** How many of the live sessions are such. */
    public int count(Predicate<Session> which) {
        return (int) live.stream().filter(which).count();
    }

    /** Ends those of the live sessions that are such, for this reason; the count of them. */
    public int cut(Predicate<Session> which, End why) {
        List<Session> cut = live.stream().filter(which).toList();
        cut.forEach(session -> session.cut(why));
        return cut.size();
    }

    /** Ends all sessions at once. */
    public void cut() {
        cut(session -> true, End.CUT);
    }

    private static void increment(EnumMap<End, LongAdder> counters, End end) {
        LongAdder counter = counters.get(end);
        if (counter != null) {
            counter.increment();
        }
    }

    private static Map<End, Long> sums(EnumMap<End, LongAdder> counters) {
        Map<End, Long> sums = new EnumMap<>(End.class);
        counters.forEach((end, count) -> sums.put(end, count.sum()));
        return sums;
    }
}
