package dev.refractium.plugins.accesslog;

import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds a line for each session that has lasted for an interval, and again after each further one. A thread looks for such
 * sessions ten times per interval; it begins with the first session. Any thread.
 */
final class Intervals {
    private static final Logger log = LoggerFactory.getLogger(Intervals.class);
    private static final int LOOKS_PER_INTERVAL = 10;

    private final long everyNanos;
    private final LongSupplier nanoTime;
    private final Set<Watched> live = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService timer;
    private boolean closed;

    /** @param nanoTime as {@link System#nanoTime} */
    Intervals(Duration every, LongSupplier nanoTime) {
        this.everyNanos = every.toNanos();
        this.nanoTime = nanoTime;
    }

    /** @param flush called after lines of sessions that go on were added */
    Tap open(Session session, Consumer<Entry> lines, Runnable flush) {
        Watched watched = new Watched(session, lines, nanoTime.getAsLong());
        live.add(watched);
        start(flush);
        return watched;
    }

    /** Adds the lines that are due, and returns whether there were any. */
    boolean look() {
        long now = nanoTime.getAsLong();
        boolean any = false;
        for (Watched watched : live) {
            any |= watched.look(now);
        }
        return any;
    }

    synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.shutdownNow();
        }
    }

    private synchronized void start(Runnable flush) {
        if (timer != null || closed) {
            return;
        }
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "refractium-access-log-intervals");
            thread.setDaemon(true);
            return thread;
        });
        long pause = everyNanos / LOOKS_PER_INTERVAL;
        started.scheduleWithFixedDelay(() -> lookAndFlush(flush), pause, pause, TimeUnit.NANOSECONDS);
        timer = started;
    }

    /** Throws nothing, which would end the timer. */
    private void lookAndFlush(Runnable flush) {
        try {
            if (look()) {
                flush.run();
            }
        } catch (RuntimeException e) {
            log.warn("access log missed an interval reason=\"{}\"", e.toString());
        }
    }

    /** A session; its lock keeps the line of its end the last one. */
    private final class Watched implements Tap {
        private final Session session;
        private final Consumer<Entry> lines;
        private final long since;
        private long due;
        private boolean over;

        Watched(Session session, Consumer<Entry> lines, long now) {
            this.session = session;
            this.lines = lines;
            this.since = now;
            this.due = now + everyNanos;
        }

        synchronized boolean look(long now) {
            if (over || now - due < 0) {
                return false;
            }
            due = now + everyNanos;
            lines.accept(Entry.interval(session, Duration.ofNanos(now - since)));
            return true;
        }

        @Override
        public void closed(SessionEnd end) {
            live.remove(this);
            synchronized (this) {
                over = true;
                lines.accept(Entry.ended(session, end));
            }
        }
    }
}
