package dev.refractium.plugins.accesslog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open file of lines that several writers may append to, in this process and in others. Each appends under the file's
 * lock, which the system releases when a process dies. A file whose last line has no end while this writer has the lock
 * was therefore torn by a writer that was killed: the torn line is cut. One thread at a time.
 */
final class AppendedFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AppendedFile.class);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** A writer has the lock for one write; a writer that is stopped meanwhile must not stop the others. */
    private static final int LOCK_TRIES = 100;

    private static final long LOCK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** The first character of each line. An end that begins with another one is not ours to cut. */
    private static final char FIRST = '{';

    /** A torn line that is longer than this is not looked for. */
    private static final int LONGEST_LINE = 16 << 20;

    private static final int BLOCK = 8 << 10;

    private final Path path;
    private final FileChannel out;

    /** Open for as long as {@code out}: closing it would release this process's lock. */
    private final FileChannel in;

    /** The size up to which the file is known to end with a line. */
    private long whole;

    private AppendedFile(Path path, FileChannel out, FileChannel in) {
        this.path = path;
        this.out = out;
        this.in = in;
    }

    /** Opens the file at {@code path}, or creates it for its owner only. Links and pipes are refused. */
    static AppendedFile open(Path path) throws IOException {
        FileChannel out = openForAppending(path);
        try {
            return new AppendedFile(
                    path, out, FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    long size() throws IOException {
        return out.size();
    }

    /**
     * Writes lines, or as many as can be; the others remain in {@code lines} then. A half line is taken back: on a full
     * disk, the lines that come once there is room again must not be glued to it.
     */
    void append(ByteBuffer lines) throws IOException {
        FileLock lock = lock();
        try {
            long before = out.size();
            if (before != whole) {
                before = endLastLine(before, lock != null);
            }
            write(lines, before);
            if (lock != null) {
                whole = before + lines.position();
            }
        } finally {
            if (lock != null) {
                lock.release();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (in) {
            out.close();
        }
    }

    private static FileChannel openForAppending(Path path) throws IOException {
        try {
            return FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND), PRIVATE);
        } catch (FileAlreadyExistsException e) {
            // A pipe would block here until somebody reads it.
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("is a link, or something else that is no file", e);
            }
            return FileChannel.open(path, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** The lock of this file; null where another writer does not release it, or where the file system has no locks. */
    private @Nullable FileLock lock() {
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

    /**
     * Makes the file end with a line: cuts a torn one, or ends one that may be another writer's.
     *
     * @param size of the file
     * @param alone whether no other writer can be writing just now
     * @return the size of the file then
     */
    private long endLastLine(long size, boolean alone) throws IOException {
        if (size == 0 || byteAt(size - 1) == '\n') {
            return size;
        }
        if (alone && in.size() == size) {
            long end = endOfLastLine(size);
            if (end >= 0 && byteAt(end) == FIRST) {
                out.truncate(end);
                log.warn("access log was torn file={} cut_bytes={}", path, size - end);
                return end;
            }
        }
        return size + out.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }

    /** The place behind the last line feed, which is 0 where there is none; negative where it is too far away. */
    private long endOfLastLine(long size) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long end = size;
        while (end > 0 && size - end < LONGEST_LINE) {
            long start = Math.max(0, end - BLOCK);
            block.clear().limit((int) (end - start));
            if (in.read(block, start) != end - start) {
                throw new IOException("changes while it is read");
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return end == 0 ? 0 : -1;
    }

    /** The byte at this place; -1 behind the end. */
    private int byteAt(long at) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        return in.read(one, at) == 1 ? one.get(0) : -1;
    }

    private void write(ByteBuffer lines, long before) throws IOException {
        try {
            while (lines.hasRemaining()) {
                out.write(lines);
            }
        } catch (IOException e) {
            int written = lines.position();
            while (lines.position() > 0 && lines.get(lines.position() - 1) != '\n') {
                lines.position(lines.position() - 1);
            }
            if (lines.position() < written && out.size() == before + written) {
                out.truncate(before + lines.position());
            }
            throw e;
        }
    }
}
