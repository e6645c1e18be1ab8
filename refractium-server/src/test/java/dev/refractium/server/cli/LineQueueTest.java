package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LineQueueTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Pipe pipe = new Pipe();

    @Test
    void linesAreWrittenAtOnceAndInOrder() {
        LineQueue queue = queue(LineQueueTest::daemon);

        for (int i = 0; i < 1000; i++) {
            put(queue, "line " + i);
        }

        assertThat(queue.flush(LONG)).isTrue();
        assertThat(pipe.lines()).hasSize(1000).startsWith("line 0", "line 1").endsWith("line 999");
    }

    @Test
    void aLineNeedsNoFlushToBeWritten() {
        LineQueue queue = queue(LineQueueTest::daemon);

        put(queue, "first");
        await().atMost(LONG).until(() -> pipe.lines().equals(List.of("first")));
        put(queue, "second");

        await().atMost(LONG).until(() -> pipe.lines().equals(List.of("first", "second")));
    }

    @Test
    void blockedStreamBlocksNoCallerAndNewLinesAreDroppedAndCounted() {
        LineQueue queue = queue(LineQueueTest::daemon);
        pipe.block();
        put(queue, "stuck");
        await().atMost(LONG).until(() -> pipe.isBlocking());

        for (int i = 0; i < LineQueue.MAX_LINES + 42; i++) {
            put(queue, "line " + i);
        }
        assertThat(queue.flush(SHORT)).isFalse();
        pipe.open();

        assertThat(queue.flush(LONG)).isTrue();
        assertThat(pipe.lines())
                .hasSize(LineQueue.MAX_LINES + 2)
                .startsWith("stuck", "line 0")
                .contains("line " + (LineQueue.MAX_LINES - 1), "dropped 42");
    }

    @Test
    void queuedBytesAreBoundedToo() {
        LineQueue queue = queue(LineQueueTest::daemon);
        pipe.block();
        put(queue, "stuck");
        await().atMost(LONG).until(() -> pipe.isBlocking());
        String line = "x".repeat((int) LineQueue.MAX_BYTES / 4);

        for (int i = 0; i < 5; i++) {
            put(queue, line);
        }
        pipe.open();

        assertThat(queue.flush(LONG)).isTrue();
        assertThat(pipe.lines()).containsOnly("stuck", line, "dropped 2").hasSize(5);
    }

    @Test
    void linesLostToAFailingStreamAreReportedOnceItRecovers() {
        LineQueue queue = queue(LineQueueTest::daemon);
        pipe.refuse(true);
        put(queue, "lost");
        assertThat(queue.flush(LONG)).isTrue();
        pipe.refuse(false);

        put(queue, "kept");

        assertThat(queue.flush(LONG)).isTrue();
        assertThat(pipe.lines()).containsExactly("kept", "dropped 1");
    }

    @Test
    void momentWithoutThreadsDelaysLinesAndLosesNone() {
        AtomicInteger asked = new AtomicInteger();
        LineQueue queue = queue(task -> {
            if (asked.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return daemon(task);
        });

        put(queue, "first");
        assertThat(pipe.lines()).isEmpty();
        put(queue, "second");

        assertThat(queue.flush(LONG)).isTrue();
        assertThat(pipe.lines()).containsExactly("first", "second");
    }

    @Test
    void flushStartsAThreadForLinesThatHadNone() {
        AtomicInteger asked = new AtomicInteger();
        LineQueue queue = queue(task -> {
            if (asked.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return daemon(task);
        });

        put(queue, "only");

        assertThat(queue.flush(LONG)).isTrue();
        assertThat(pipe.lines()).containsExactly("only");
    }

    private LineQueue queue(ThreadFactory threads) {
        return new LineQueue(pipe, threads, count -> ("dropped " + count + "\n").getBytes(UTF_8));
    }

    private static void put(LineQueue queue, String line) {
        queue.put((line + "\n").getBytes(UTF_8));
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "line-queue-test");
        thread.setDaemon(true);
        return thread;
    }

    /** A stream that can be made to block, or to fail. */
    private static final class Pipe extends OutputStream {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final CountDownLatch blocking = new CountDownLatch(1);
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile boolean refuses;

        void block() {
            gate = new CountDownLatch(1);
        }

        boolean isBlocking() {
            return blocking.getCount() == 0;
        }

        void open() {
            gate.countDown();
        }

        void refuse(boolean refuse) {
            refuses = refuse;
        }

        List<String> lines() {
            return written.toString(UTF_8).lines().toList();
        }

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException("lines are written in one piece");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (refuses) {
                throw new IOException("refused");
            }
            if (gate.getCount() > 0) {
                blocking.countDown();
                awaitGate();
            }
            written.write(bytes, offset, length);
        }

        private void awaitGate() throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }
}
