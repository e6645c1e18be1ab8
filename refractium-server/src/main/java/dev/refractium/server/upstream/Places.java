package dev.refractium.server.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places for sessions at a source, over all of its targets, and the queues of those that wait for one. A session
 * takes its place before it dials, so that there are never more than the maximum. Any thread.
 */
final class Places {
    private static final Logger log = LoggerFactory.getLogger(Places.class);

    private final AtomicInteger taken = new AtomicInteger();

    /** Written by the thread that reloads. */
    private volatile int most = Integer.MAX_VALUE;

    /** Written under the monitor. */
    private volatile List<WaitQueue> queues = List.of();

    /** The queue that a free place is offered to first, so that each has its turn. */
    private final AtomicInteger turn = new AtomicInteger();

    /** Sets the maximum; sessions above it stay. The queues are not told. */
    void limit(int most) {
        this.most = most;
    }

    /** Returns how many sessions have a place. */
    int taken() {
        return taken.get();
    }

    boolean hasRoom() {
        return taken.get() < most;
    }

    /** Takes a place; returns false if there is none. */
    boolean take() {
        int now = taken.get();
        while (now < most) {
            int before = taken.compareAndExchange(now, now + 1);
            if (before == now) {
                return true;
            }
            now = before;
        }
        return false;
    }

    /** Frees a place, which the first session of a queue takes. */
    void free() {
        taken.decrementAndGet();
        List<WaitQueue> waiting = queues;
        if (!waiting.isEmpty()) {
            offer(waiting);
        }
    }

    private void offer(List<WaitQueue> waiting) {
        int first = turn.getAndIncrement();
        for (int i = 0; i < waiting.size(); i++) {
            try {
                waiting.get(Math.floorMod(first + i, waiting.size())).placeFreed();
            } catch (RuntimeException | Error e) {
                log.error("queue failed", e);
            }
        }
    }

    synchronized void add(WaitQueue queue) {
        List<WaitQueue> more = new ArrayList<>(queues);
        more.add(queue);
        queues = List.copyOf(more);
    }

    synchronized void remove(WaitQueue queue) {
        queues = queues.stream().filter(each -> each != queue).toList();
    }
}
