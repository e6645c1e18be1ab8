package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * Standard error and, for a server, standard output, each behind a {@link LineQueue}: a pipe that is not read must stop
 * no thread, whether the thread logs, prints, or ends with an exception. Any thread.
 */
final class StandardStreams {
    /** How long the process waits at its end for lines that are not written yet. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final LineQueue ERROR = new LineQueue(
            new FileOutputStream(FileDescriptor.err),
            task -> daemon(task, "refractium-log"),
            count -> StandardErrorLog.warning(StandardStreams.class, "log lines dropped count=" + count));

    private static final LineQueue OUTPUT = new LineQueue(
            new FileOutputStream(FileDescriptor.out),
            task -> daemon(task, "refractium-out"),
            StandardStreams::reportOutput);

    private StandardStreams() {}

    /** The queue of standard error, where the log goes. */
    static LineQueue error() {
        return ERROR;
    }

    /** Passes everything that is printed to {@code System.err} through the queue from now on. */
    static void queueError() {
        System.setErr(new PrintStream(new Lines(ERROR), false, UTF_8));
    }

    /** The same as {@link #queueError} for {@code System.out}: for a server, whose output is not worth waiting for. */
    static void queueOutput() {
        System.setOut(new PrintStream(new Lines(OUTPUT), false, UTF_8));
    }

    /**
     * Returns a writer to the current {@code System.out}, whichever stream that is at each line. It throws an
     * {@link OutputClosedException}, once, if the lines cannot be written.
     */
    static PrintWriter out() {
        return new PrintWriter(new CurrentOutput(), true, UTF_8);
    }

    /** Returns a writer to {@code System.err}. */
    static PrintWriter err() {
        return new PrintWriter(System.err, true, UTF_8);
    }

    /** Waits for lines that are not written yet, for a second at most. */
    static void flush() {
        long begin = System.nanoTime();
        System.out.flush();
        System.err.flush();
        ERROR.flush(PATIENCE);
        OUTPUT.flush(PATIENCE.minusNanos(System.nanoTime() - begin));
    }

    private static byte[] reportOutput(long count) {
        LoggerFactory.getLogger(StandardStreams.class).warn("lines of standard output dropped count={}", count);
        return new byte[0];
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Splits printed text into lines. Called under the lock of its print stream. */
    private static final class Lines extends OutputStream {
        /** Text without a line feed is passed on once it has this length. */
        private static final int LONGEST = 8192;

        private final LineQueue queue;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(LineQueue queue) {
            this.queue = queue;
        }

        @Override
        public void write(int b) {
            line.write(b);
            if (b == '\n' || line.size() >= LONGEST) {
                emit();
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }

        @Override
        public void flush() {
            if (line.size() > 0) {
                emit();
            }
        }

        private void emit() {
            queue.put(line.toByteArray());
            line.reset();
        }
    }

    /**
     * What {@code System.out} is at each write. A stream that takes nothing any more ends the command, by an exception at
     * the first write or flush that finds out; what is written afterwards is discarded.
     */
    private static final class CurrentOutput extends OutputStream {
        private boolean failed;

        @Override
        public void write(int b) {
            System.out.write(b);
            check();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            System.out.write(bytes, offset, length);
            check();
        }

        @Override
        public void flush() {
            System.out.flush();
            check();
        }

        private void check() {
            if (!failed && System.out.checkError()) {
                failed = true;
                throw new OutputClosedException();
            }
        }
    }
}
