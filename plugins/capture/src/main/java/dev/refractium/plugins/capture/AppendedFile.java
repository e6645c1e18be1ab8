package dev.refractium.plugins.capture;

import dev.refractium.plugins.parts.hook.FileAccess;
import dev.refractium.plugins.parts.hook.LockedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open pcapng file that several writers may append to, in this process and in others. Each appends under the file's
 * lock, which the system releases when a process dies. A file whose last block is incomplete while this writer has the
 * lock was therefore torn by a writer that was killed: the torn block is cut. One thread at a time.
 */
final class AppendedFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AppendedFile.class);

    private final Path path;
    private final LockedFile file;
    private final FileChannel out;

    /** The size up to which the file is known to hold whole blocks. */
    private long whole;

    /** Whether the file's last section has the interface that our packets refer to. */
    private boolean inSection;

    /** Whether it was found to be no capture; a second look would cost as much as the first. */
    private boolean broken;

    private AppendedFile(Path path, LockedFile file) {
        this.path = path;
        this.file = file;
        this.out = file.out();
    }

    /** Opens the capture at {@code path}, or creates it with this access. What is no capture is refused. */
    static AppendedFile open(Path path, FileAccess access) throws IOException {
        return new AppendedFile(path, LockedFile.open(path, access, CaptureFile::reasonAgainst));
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
        FileLock lock = file.lock();
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
        file.close();
    }

    /**
     * Cuts what a writer left that was killed, and finds out whether another section has begun since.
     *
     * @return the size of the file then
     */
    private long cutTornEnd(long size) throws IOException {
        BlockScan scan = new BlockScan(file.in(), whole <= size ? whole : 0, size);
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
