package dev.refractium.plugins.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pcapng file that grows to a size and no further; one that is there gets a section more. Each block is written whole or
 * not at all, so that the file can be read at any time, also when the disk was full in between. Any thread.
 */
final class CaptureFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CaptureFile.class);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final long maxSize;
    private @Nullable FileChannel channel;
    private boolean failing;
    private boolean closed;

    /** Written under this object's monitor, read without. */
    private volatile boolean full;

    CaptureFile(Path path, long maxSize) {
        this.path = path;
        this.maxSize = maxSize;
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
            FileChannel to = open();
            if (to.size() + block.length > maxSize) {
                full = true;
                log.info("capture has its size file={} bytes={}", path, to.size());
                return;
            }
            append(to, block);
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

    private FileChannel open() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = openPath();
            channel = open;
            try {
                append(open, Blocks.section());
            } catch (IOException e) {
                release();
                throw e;
            }
        }
        return open;
    }

    private FileChannel openPath() throws IOException {
        try {
            return FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND), PRIVATE);
        } catch (FileAlreadyExistsException e) {
            Optional<String> reason = reasonAgainst(path);
            if (reason.isPresent()) {
                throw new IOException(reason.get(), e);
            }
            Set<OpenOption> existing = Set.of(StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
            return FileChannel.open(path, existing);
        }
    }

    /** Half a block would make the rest of the file unreadable. */
    private static void append(FileChannel file, byte[] block) throws IOException {
        long before = file.size();
        ByteBuffer bytes = ByteBuffer.wrap(block);
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            if (bytes.position() > 0) {
                file.truncate(before);
            }
            throw e;
        }
    }

    /** An empty file counts as one. */
    private static boolean isCapture(Path path) {
        ByteBuffer first = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            int read = file.read(first);
            return read < 0 || (read == 4 && first.getInt(0) == Blocks.SECTION);
        } catch (IOException e) {
            return false;
        }
    }

    private void release() {
        FileChannel releasing = channel;
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
