package dev.refractium.plugins.parts.hook;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open file that several writers append to, in this process and in others, each under the file's lock, which the
 * system releases when a process dies. One thread at a time.
 */
public final class LockedFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LockedFile.class);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** A writer has the lock for one write; a writer that is stopped meanwhile must not stop the others. */
    private static final int LOCK_TRIES = 100;

    private static final long LOCK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path path;
    private final FileChannel out;

    /** Open for as long as {@code out}: closing it would release this process's lock. */
    private final FileChannel in;

    /** What tells the file from others; null where the file system has no such thing. */
    private final @Nullable Object key;

    private LockedFile(Path path, FileChannel out, FileChannel in) throws IOException {
        this.path = path;
        this.out = out;
        this.in = in;
        this.key = key(path);
    }

    /**
     * Opens the file at {@code path}, or creates it.
     *
     * @param access of a file that is created; one that exists keeps its own
     * @param reasonAgainst why a file that exists is not to be opened; a pipe must be refused, since opening it blocks
     *     until somebody reads it
     */
    public static LockedFile open(Path path, FileAccess access, Function<Path, Optional<String>> reasonAgainst)
            throws IOException {
        FileChannel out = openForAppending(path, access, reasonAgainst);
        try {
            FileChannel in = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            try {
                return new LockedFile(path, out, in);
            } catch (IOException e) {
                in.close();
                throw e;
            }
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    private static FileChannel openForAppending(
            Path path, FileAccess access, Function<Path, Optional<String>> reasonAgainst) throws IOException {
        try {
            FileChannel created =
                    FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND), PRIVATE);
            access.grant(path);
            return created;
        } catch (FileAlreadyExistsException e) {
            Optional<String> reason = reasonAgainst.apply(path);
            if (reason.isPresent()) {
                throw new IOException(reason.get(), e);
            }
            return FileChannel.open(path, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Returns whether the file is still the one at its path: it may have been deleted, or moved to be compressed. */
    public boolean isAtPath() {
        try {
            return Objects.equals(key, key(path));
        } catch (IOException e) {
            return false;
        }
    }

    /** The end of the file; whatever is written is appended. */
    public FileChannel out() {
        return out;
    }

    /** The whole of the file, to be read. */
    public FileChannel in() {
        return in;
    }

    /**
     * Takes the lock, after a tenth of a second at most, and returns it; null where another writer does not release it, or
     * where the file system has no locks.
     */
    public @Nullable FileLock lock() {
        for (int i = 0; i < LOCK_TRIES; i++) {
            try {
                FileLock lock = out.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                // Another writer of this process.
            } catch (IOException e) {
                log.debug("no lock file={}", path, e);
                return null;
            }
            LockSupport.parkNanos(LOCK_PAUSE_NANOS);
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        try (in) {
            out.close();
        }
    }
}
