package dev.refractium.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of lines in front of a stream that may block, and the one thread that writes them. Threads that put
 * lines never wait for the stream: a line that finds no room is dropped and counted, and the count is reported once the
 * stream takes lines again. Any thread.
 */
final class LineQueue {
    static final int MAX_LINES = 8192;

    /** A limit of characters: strangers decide how long lines are, and the heap must not depend on it. */
    static final long MAX_BYTES = 4 << 20;

    /** A pipe takes up to this many bytes in one piece, whatever other processes write to it. */
    private static final int BATCH_BYTES = 4096;

    /** While the stream is too slow for the lines, drops are reported once per this time. */
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final OutputStream stream;
    private final ThreadFactory threads;
    private final LongFunction<byte[]> report;

    private final Object lock = new Object();

    /** Guarded by the lock, as are all below. */
    private final Queue<byte[]> lines = new ArrayDeque<>();

    private long bytes;

    /** Lines dropped and not reported yet. */
    private long dropped;

    private long reportedAt = System.nanoTime();

    /** Whether the writer has taken lines that the stream does not have yet. */
    private boolean writing;

    /** Null while no thread runs: before the first line, and after one could not be started. */
    private @Nullable Thread writer;

    /** Lines that the stream refused, to be reported with the dropped ones. Used by the writer alone. */
    private long refused;

    /**
     * @param stream written to by the queue's thread only
     * @param threads makes that thread, which should be a daemon
     * @param report makes the lines that report a number of dropped lines; called by the queue's thread
     */
    LineQueue(OutputStream stream, ThreadFactory threads, LongFunction<byte[]> report) {
        this.stream = stream;
        this.threads = threads;
        this.report = report;
    }

    /** Puts a line, with its line feed, into the queue, or drops it. Never waits for the stream. */
    void put(byte[] line) {
        synchronized (lock) {
            if (lines.size() == MAX_LINES || bytes + line.length > MAX_BYTES) {
                dropped++;
            } else {
                lines.add(line);
                bytes += line.length;
                lock.notifyAll();
            }
            startWriter();
        }
    }

    /** Waits until all lines are written, for {@code patience} at most, and returns whether they are. */
    boolean flush(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            if (!lines.isEmpty()) {
                startWriter();
            }
            try {
                for (long ms = left(deadline); !isWritten() && ms > 0; ms = left(deadline)) {
                    lock.wait(ms);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return isWritten();
        }
    }

    private boolean isWritten() {
        return !writing && dropped == 0 && lines.isEmpty();
    }

    private static long left(long deadline) {
        return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }

    /** Starts the thread unless it runs. If the system has no thread to give, the lines wait for the next call. */
    private void startWriter() {
        if (writer != null) {
            return;
        }
        try {
            Thread started = threads.newThread(this::write);
            started.start();
            writer = started;
        } catch (OutOfMemoryError noThread) {
            // Nothing can be logged from here.
        }
    }

    private void write() {
        try {
            while (true) {
                write(next());
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (lock) {
                writer = null;
                writing = false;
            }
        }
    }

    private record Batch(ByteArrayOutputStream bytes, int lines, long dropped) {}

    /** Waits for lines. */
    private Batch next() throws InterruptedException {
        synchronized (lock) {
            writing = false;
            lock.notifyAll();
            while (lines.isEmpty() && dropped == 0) {
                lock.wait();
            }
            writing = true;
            ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH_BYTES);
            int taken = 0;
            for (byte[] line = lines.peek(); line != null && fits(line, batch); line = lines.peek()) {
                batch.writeBytes(line);
                bytes -= line.length;
                lines.remove();
                taken++;
            }
            long counted = isReportDue() ? dropped : 0;
            dropped -= counted;
            return new Batch(batch, taken, counted);
        }
    }

    private static boolean fits(byte[] line, ByteArrayOutputStream batch) {
        return batch.size() == 0 || batch.size() + line.length <= BATCH_BYTES;
    }

    private boolean isReportDue() {
        long now = System.nanoTime();
        boolean due = dropped > 0 && (lines.isEmpty() || now - reportedAt >= REPORT_NANOS);
        reportedAt = due ? now : reportedAt;
        return due;
    }

    private void write(Batch batch) {
        try {
            batch.bytes().writeTo(stream);
            if (batch.dropped() + refused > 0) {
                stream.write(report.apply(batch.dropped() + refused));
                refused = 0;
            }
        } catch (IOException | RuntimeException e) {
            refused += batch.lines() + batch.dropped();
        }
    }
}
