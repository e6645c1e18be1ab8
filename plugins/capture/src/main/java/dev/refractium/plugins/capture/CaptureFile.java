package dev.refractium.plugins.capture;

import dev.refractium.plugins.parts.hook.FileAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pcapng file that grows to a size and no further; one that is there gets a section more. Each block is written whole or
 * not at all, so that the file can be read at any time, also when the disk was full in between. Any thread.
 */
final class CaptureFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CaptureFile.class);

    private final Path path;
    private final long maxSize;
    private final FileAccess access;
    private @Nullable AppendedFile channel;
    private boolean failing;
    private boolean closed;

    /** Written under this object's monitor, read without. */
    private volatile boolean full;

    /** @param access of the file if it is created */
    CaptureFile(Path path, long maxSize, FileAccess access) {
        this.path = path;
        this.maxSize = maxSize;
        this.access = access;
    }

    /** Why nothing could be written to {@code path}, as far as that shows without trying. */
    static Optional<String> reasonAgainst(Path path) {
        Path directory = path.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            return Optional.of("is in a directory that does not exist; create " + directory);
        }
        if (!Files.isWritable(directory)) {
            return Optional.of("is in a directory that this user may not write to: " + directory);
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of("is a link, or something else that is no file; name a file");
        }
        return isCapture(path) ? Optional.empty() : Optional.of("is there already and no pcapng file; name another");
    }

    /** Whether it has its size. */
    boolean isFull() {
        return full;
    }

    /** Throws nothing: what cannot be written is left out. */
    synchronized void write(byte[] block) {
        if (closed || full) {
            return;
        }
        try {
            AppendedFile to = open();
            if (!to.append(block, maxSize)) {
                full = true;
                log.info("capture has its size file={} bytes={}", path, to.size());
            }
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                log.warn("capture cannot be written file={} reason=\"{}\"", path, e.toString());
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        release();
    }

    private AppendedFile open() throws IOException {
        AppendedFile open = channel;
        if (open == null) {
            open = AppendedFile.open(path, access);
            channel = open;
        }
        return open;
    }

    /** Returns whether it begins as a capture does; an empty file counts as one, and so does one that was torn at once. */
    private static boolean isCapture(Path path) {
        ByteBuffer section =
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, Blocks.SECTION);
        ByteBuffer first = ByteBuffer.allocate(4);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            int read = Math.max(0, file.read(first));
            return first.flip().equals(section.slice(0, read));
        } catch (IOException e) {
            return false;
        }
    }

    private void release() {
        AppendedFile releasing = channel;
        channel = null;
        try {
            if (releasing != null) {
                releasing.close();
            }
        } catch (IOException e) {
            log.debug("closing the capture file={}", path, e);
        }
    }
}
