package dev.refractium.server.watch;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the files of a server, on a thread of its own, and has the server read them again when their content differs
 * from what runs and has been unchanged for a second.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileWatch.class);

    /** How long files must be at rest. */
    private static final long REST_MS = 1_000;

    /** How often to look when no event reports a change. */
    private static final long POLL_MS = 2_000;

    /** How long to wait before a look after an event, so that a busy directory does not keep the thread busy. */
    private static final long BREATH_MS = 100;

    /** For how long after its last change a JAR that is not whole may be a copy under way. */
    private static final long GROWING_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Follower server;
    private final Thread thread;
    private final DirectoryEvents bell = new DirectoryEvents();
    private final Debounce settling = new Debounce(TimeUnit.MILLISECONDS.toNanos(REST_MS));
    private @Nullable Refused refused;

    /** Whether the last look failed. */
    private boolean failing;

    /** What the server could not use. With other attributes, such as the mode, it may be able to. */
    private record Refused(Contents contents, FileStamps stamps) {}

    private FileWatch(Follower server, ThreadFactory threads) {
        this.server = server;
        this.thread = threads.newThread(this::follow);
    }

    /** The server, as far as a watch needs to know it. Called on the thread of the watch. */
    public interface Follower {
        /** Returns the files that it reads. */
        Sources sources();

        /** Returns the contents that it last read and could use. */
        Contents running();

        /** Has it read the files, and waits; returns whether it could use them. */
        boolean reload() throws InterruptedException;

        /** Reports that the files differ from what runs, and why they are left alone; empty: they do not differ. */
        void differs(Optional<String> reason);
    }

    /**
     * Starts to watch.
     *
     * @throws OutOfMemoryError if the system has no thread to give; then nothing is left behind
     */
    public static FileWatch start(Follower server) {
        return start(server, task -> {
            Thread thread = new Thread(task, "refractium-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    static FileWatch start(Follower server, ThreadFactory threads) {
        FileWatch watch = new FileWatch(server, threads);
        try {
            watch.thread.start();
            return watch;
        } catch (OutOfMemoryError e) {
            watch.bell.close();
            throw e;
        }
    }

    /** Stops, without waiting for a reload under way. Any thread. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void follow() {
        try (bell) {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.MILLISECONDS.sleep(lookAndWait());
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            log.debug("files are not watched any more", e);
        }
    }

    /**
     * Looks once and waits for an event; returns after how many milliseconds to look again. A failure costs one look.
     */
    private long lookAndWait() throws InterruptedException {
        try {
            Sources sources = server.sources();
            bell.listen(sources.directories());
            long next = look(sources);
            if (next == POLL_MS) {
                bell.await(POLL_MS);
                next = BREATH_MS;
            }
            failing = false;
            return next;
        } catch (ClosedWatchServiceException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (!failing) {
                log.error("file check failed, trying again", e);
            }
            failing = true;
            return POLL_MS;
        }
    }

    /** Looks once; returns after how many milliseconds to look again. */
    private long look(Sources sources) throws InterruptedException {
        FileStamps now = FileStamps.of(sources);
        return switch (settling.look(now, System.nanoTime())) {
            case KNOWN -> POLL_MS;
            case MOVING -> REST_MS;
            case SETTLED -> settled(sources, now);
        };
    }

    private long settled(Sources sources, FileStamps seen) throws InterruptedException {
        Contents contents = Contents.read(sources);
        Contents running = server.running();
        if (Thread.interrupted()) {
            // A read that is interrupted finds nothing.
            throw new InterruptedException();
        }
        if (!FileStamps.of(sources).equals(seen)) {
            return REST_MS;
        }
        Optional<String> suspect = contents.suspect(running);
        if (contents.equals(running)) {
            refused = null;
            server.differs(Optional.empty());
        } else if (suspect.isPresent()) {
            server.differs(suspect);
        } else if (isGrowing(contents, running)) {
            return REST_MS;
        } else {
            Refused found = new Refused(contents, seen);
            if (!found.equals(refused)) {
                refused = server.reload() ? null : found;
            }
        }
        settling.dealtWith();
        return POLL_MS;
    }

    /** Returns whether a JAR is not whole, but has been written to just now. */
    private boolean isGrowing(Contents contents, Contents running) {
        for (Path jar : contents.jarsNotIn(running)) {
            try (ZipFile whole = new ZipFile(jar.toFile())) {
                log.trace("whole: {}", whole);
            } catch (ZipException e) {
                if (settling.isFresh(jar, GROWING_NANOS, System.nanoTime())) {
                    return true;
                }
            } catch (IOException e) {
                log.debug("cannot look into {}", jar, e);
            }
        }
        return false;
    }
}
