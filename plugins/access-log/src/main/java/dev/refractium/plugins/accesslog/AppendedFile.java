package dev.refractium.plugins.accesslog;

import dev.refractium.plugins.parts.hook.FileAccess;
import dev.refractium.plugins.parts.hook.LockedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open file of lines that several writers may append to, in this process and in others. Each appends under the file's
 * lock, which the system releases when a process dies. A file whose last line has no end while this writer has the lock
 * was therefore torn by a writer that was killed: the torn line is cut. One thread at a time.
 */
final class AppendedFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AppendedFile.class);
    /** The first character of each line. An end that begins with another one is not ours to cut. */
    private static final char FIRST = '{';

    /** A torn line that is longer than this is not looked for. */
    private static final int LONGEST_LINE = 16 << 20;

    private static final int BLOCK = 8 << 10;

    private final Path path;
    private final LockedFile file;
    private final FileChannel out;
    private final FileChannel in;

    /** The size up to which the file is known to end with a line. */
    private long whole;

    private AppendedFile(Path path, LockedFile file) {
        this.path = path;
        this.file = file;
        this.out = file.out();
        this.in = file.in();
    }

    /** Opens the file at {@code path}, or creates it with this access. Links and pipes are refused. */
    static AppendedFile open(Path path, FileAccess access) throws IOException {
        return new AppendedFile(path, LockedFile.open(path, access, AppendedFile::reasonAgainst));
    }

    private static Optional<String> reasonAgainst(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                ? Optional.empty()
                : Optional.of("is a link, or something else that is no file");
    }

    /** Returns whether the file is still the one at its path. */
    boolean isAtPath() {
        return file.isAtPath();
    }

    long size() throws IOException {
        return out.size();
    }

    /** Returns when the file at the path was last written. */
    FileTime written() throws IOException {
        return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Writes lines, or as many as can be; the others remain in {@code lines} then. A half line is taken back: on a full
     * disk, the lines that come once there is room again must not be glued to it.
     *
     * @return false if the file is no longer the one at its path; then nothing was written, since a file that was moved
     *     may be compressed and deleted at once
     */
    boolean append(ByteBuffer lines) throws IOException {
        FileLock lock = file.lock();
        try {
            if (!isAtPath()) {
                return false;
            }
            long before = out.size();
            if (before != whole) {
                before = endLastLine(before, lock != null);
            }
            write(lines, before);
            if (lock != null) {
                whole = before + lines.position();
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
