package dev.refractium.plugins.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open pcapng file that several writers may append to, in this process and in others. Each appends under the file's
 * lock, which the system releases when a process dies. A file whose last block is incomplete while this writer has the
 * lock was therefore torn by a writer that was killed: the torn block is cut. One thread at a time.
 */
final class AppendedFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AppendedFile.class);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** A writer has the lock for one write; a writer that is stopped meanwhile must not stop the others. */
    private static final int LOCK_TRIES = 100;

    private static final long LOCK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path path;
    private final FileChannel out;

    /** Open for as long as {@code out}: closing it would release this process's lock. */
    private final FileChannel in;

    /** The size up to which the file is known to hold whole blocks. */
    private long whole;

    /** Whether the file's last section has the interface that our packets refer to. */
    private boolean inSection;

    /** Whether it was found to be no capture; a second look would cost as much as the first. */
    private boolean broken;

    private AppendedFile(Path path, FileChannel out, FileChannel in) {
        this.path = path;
        this.out = out;
        this.in = in;
    }

    /** Opens the capture at {@code path}, or creates it for its owner only. What is no capture is refused. */
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
     * Writes a block, behind the beginning of a section where the file has none of ours: whole or not at all.
     *
     * @return false if the file would be larger than {@code maxSize} then
     */
    boolean append(byte[] block, long maxSize) throws IOException {
        if (broken) {
            throw new IOException("is broken");
        }
        FileLock lock = lock();
        try {
            long size = out.size();
            if (size != whole && lock != null) {
                size = cutTornEnd(size);
            }
            byte[] section = inSection ? new byte[0] : Blocks.section();
            if (size + section.length + block.length > maxSize) {
                return false;
            }
            write(section);
            inSection = true;
            write(block);
            if (lock != null) {
                whole = size + section.length + block.length;
            }
            return true;
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
            Optional<String> reason = CaptureFile.reasonAgainst(path);
            if (reason.isPresent()) {
                throw new IOException(reason.get(), e);
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
     * Cuts what a writer left that was killed, and finds out whether another section has begun since.
     *
     * @return the size of the file then
     */
    private long cutTornEnd(long size) throws IOException {
        BlockScan scan = new BlockScan(in, whole <= size ? whole : 0, size);
        BlockScan.End end = scan.run();
        if (end == BlockScan.End.BROKEN) {
            broken = true;
            throw new IOException("is broken at byte " + scan.end() + "; name another file");
        }
        if (end == BlockScan.End.TORN) {
            out.truncate(scan.end());
            log.warn("capture was torn file={} cut_bytes={}", path, size - scan.end());
        }
        inSection &= scan.hasInterface();
        return scan.end();
    }

    /** Half a block would make the rest of the file unreadable. */
    private void write(byte[] block) throws IOException {
        long before = out.size();
        ByteBuffer bytes = ByteBuffer.wrap(block);
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            if (bytes.position() > 0) {
                out.truncate(before);
            }
            throw e;
        }
    }
}
