package dev.refractium.server.files;

import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
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
 * A private directory of one server, for the files that it makes while it runs. Only its user can enter it.
 *
 * <p>It is created below {@code $RUNTIME_DIRECTORY}, else {@code $XDG_RUNTIME_DIR/refractium}, else the temporary
 * directory, so that an installation can be read-only. While it is in use a file in it is locked; the next server to
 * start below the same place removes {@link Leftovers} of processes that died. Any thread.
 */
public final class StateDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);
    static final String PREFIX = "refractium-";
    static final String LOCK = "lock";
    static final String UNNAMED_LOCK = LOCK + ".new";

    /**
     * Those of this JVM, which {@link Leftovers} must not even look into: on POSIX, closing any descriptor of a locked
     * file gives up the lock.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;

    /** The identities of the directory and of the lock in it. */
    private final FileIdentity identity;

    private final FileIdentity lockIdentity;
    private final AtomicInteger numbers = new AtomicInteger();

    private StateDirectory(Path path, FileChannel lock) throws IOException {
        this.path = path;
        this.lock = lock;
        this.identity = FileIdentity.of(path);
        this.lockIdentity = FileIdentity.of(path.resolve(LOCK));
    }

    /**
     * Creates one. A place from the environment that cannot be trusted or written is skipped with a warning.
     *
     * @param environment the process's environment, of which only the two variables above are read
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
                LOG.warn("state directory passed over: {}={}: {}", place.variable(), place.value(), FileFailure.of(e));
            }
        }
        return below(temporary);
    }

    /** Returns its path; readable and writable by this process's user alone. */
    public Path path() {
        return path;
    }

    /** Returns whether it can still be used: a temporary directory may be cleaned while the server runs. */
    public boolean isWhole() {
        return identity.isAt(path) && lockIdentity.isAt(path.resolve(LOCK));
    }

    /** Returns a number that no earlier call of this object returned, so that file names differ. */
    public int nextNumber() {
        return numbers.incrementAndGet();
    }

    /** Removes the directory with its content. Throws nothing; what cannot be removed is logged. Idempotent. */
    @Override
    public void close() {
        if (OPEN.contains(path)) {
            if (identity.isAt(path)) {
                remove(path, lock);
            } else {
                closeQuietly(lock);
            }
            OPEN.remove(path);
        }
    }

    /** Returns whether it is one of this JVM's. */
    static boolean isOpen(Path path) {
        return OPEN.contains(path);
    }

    private static StateDirectory below(Path base) throws IOException {
        // The JDK creates it with mode 0700, and fails if the name is taken.
        Path path = Files.createTempDirectory(
                base.toRealPath(), PREFIX + ProcessHandle.current().pid() + "-");
        OPEN.add(path);
        Leftovers.remove(path);
        Path unlocked = path.resolve(UNNAMED_LOCK);
        FileChannel lock = FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock.lock();
            // Gets its name only once it is locked, so that no other server finds it unlocked while its owner lives.
            Files.move(unlocked, path.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
            Provenance.ofPlugins(path)
                    .reason()
                    .ifPresent(why ->
                            LOG.warn("state directory may be replaced by others path={} reason=\"{}\"", path, why));
            return new StateDirectory(path, lock);
        } catch (IOException e) {
            remove(path, lock);
            OPEN.remove(path);
            throw e;
        }
    }

    /** Closes the lock in it, then does the same as {@link #remove(Path)}. */
    static void remove(Path directory, FileChannel lock) {
        // Some systems cannot remove an open file.
        closeQuietly(lock);
        remove(directory);
    }

    /** Removes a directory with its content. Throws nothing; what cannot be removed is logged. */
    static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("could not remove {}: {}", directory, e.toString());
        }
    }

    private static void closeQuietly(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("closing a lock", e);
        }
    }
}
