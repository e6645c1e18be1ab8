package dev.refractium.server.files;

import dev.refractium.server.text.FileTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that belongs to one server alone, for the files it makes while it runs. Only its user can enter it.
 *
 * <p>It is made afresh below {@code $RUNTIME_DIRECTORY}, else {@code $XDG_RUNTIME_DIR/refractium}, else the temporary
 * directory, so that an installation can be read-only. While it is in use a file in it is locked; one whose lock is free
 * was left by a process that died, and the next server to start below the same place removes it. Any thread.
 */
public final class StateDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);
    private static final String PREFIX = "refractium-";
    private static final String LOCK = "lock";

    /**
     * Those of this JVM, which {@link #sweep} must not even look into: on POSIX, closing any descriptor of a locked file
     * gives up the lock.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;
    private final AtomicInteger numbers = new AtomicInteger();

    private StateDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes one. A place that the environment names but that cannot be trusted or written is passed over with a warning.
     *
     * @param environment the process's, in which only the two variables above are read
     * @throws IOException if the temporary directory cannot be written either
     */
    public static StateDirectory open(Map<String, String> environment) throws IOException {
        return open(environment, Path.of(System.getProperty("java.io.tmpdir")));
    }

    static StateDirectory open(Map<String, String> environment, Path temporary) throws IOException {
        for (StatePlace place : StatePlace.offered(environment)) {
            try {
                return below(place.prepare());
            } catch (IOException e) {
                LOG.warn("state directory passed over: {}={}: {}", place.variable(), place.value(), FileTrouble.of(e));
            }
        }
        return below(temporary);
    }

    /** Where it is; readable and writable by this process's user alone. */
    public Path path() {
        return path;
    }

    /** A number that no earlier call of this object gave: files named by it never meet. */
    public int nextNumber() {
        return numbers.incrementAndGet();
    }

    /** Removes the directory with all that is in it. Throws nothing; what cannot be removed is logged. Idempotent. */
    @Override
    public void close() {
        if (OPEN.contains(path)) {
            remove(path, lock);
            OPEN.remove(path);
        }
    }

    private static StateDirectory below(Path base) throws IOException {
        sweep(base);
        // The JDK makes it with mode 0700, and fails rather than use what is there.
        Path path = Files.createTempDirectory(
                base.toRealPath(), PREFIX + ProcessHandle.current().pid() + "-");
        OPEN.add(path);
        Path unlocked = path.resolve(LOCK + ".new");
        FileChannel lock = FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock.lock();
            // Named only once it is locked, so that no sweeper ever finds it free while its owner lives.
            Files.move(unlocked, path.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
            return new StateDirectory(path, lock);
        } catch (IOException e) {
            remove(path, lock);
            OPEN.remove(path);
            throw e;
        }
    }

    private static void sweep(Path base) {
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(base.toRealPath(), PREFIX + "*")) {
            for (Path candidate : candidates) {
                if (Files.isDirectory(candidate, LinkOption.NOFOLLOW_LINKS) && !OPEN.contains(candidate)) {
                    sweepOne(candidate);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("could not look for leftovers in {}", base, e);
        }
    }

    private static void sweepOne(Path candidate) {
        try {
            if (!Files.getOwner(candidate, LinkOption.NOFOLLOW_LINKS).equals(Self.user())
                    || !Files.isRegularFile(candidate.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            try (FileChannel lock =
                    FileChannel.open(candidate.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                if (lock.tryLock() != null) {
                    LOG.info("removing the state of a server that died: {}", candidate);
                    remove(candidate, lock);
                }
            }
        } catch (IOException e) {
            // Somebody else's, or being removed by another server at this moment.
            LOG.debug("left alone: {}", candidate, e);
        }
    }

    private static void remove(Path directory, FileChannel lock) {
        try (Stream<Path> files = Files.walk(directory)) {
            // Some systems cannot remove an open file.
            lock.close();
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("could not remove {}: {}", directory, e.toString());
        }
    }
}
