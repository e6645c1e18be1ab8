package dev.refractium.plugins.accesslog;

import dev.refractium.plugins.parts.hook.FileAccess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines, each written whole, those that come together at once; it gives way to a new one at a size or a time,
 * and is opened anew for the next line after another program has moved it away. A line that cannot be written is lost. The log
 * reports the first lost line, and the number of lost lines when writing works again. Any thread.
 */
final class LogFile implements Sink {
    private static final Logger log = LoggerFactory.getLogger(LogFile.class);

    /** Two that write one file must not both move it away: a whole file would be gone with the second move. */
    private static final Object ROTATION = new Object();

    private static final int MOST_GATHERED = 64 << 10;

    /** How often a file that is moved away as soon as it is opened is opened anew. */
    private static final int TRIES = 10;

    private final Path path;
    private final long maxSize;
    private final Rotation rotation;
    private final int keep;
    private final FileAccess access;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private @Nullable AppendedFile channel;

    /** When the open file gives way to a new one. */
    private Instant periodEnd = Instant.MAX;

    private long lost;
    private boolean closed;

    /** @param access of the files that it creates */
    LogFile(Path path, long maxSize, Rotation rotation, int keep, FileAccess access) {
        this.path = path;
        this.maxSize = maxSize;
        this.rotation = rotation;
        this.keep = keep;
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
        boolean other =
                Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        return other ? Optional.of("is a link, or something else that is no file; name a file") : Optional.empty();
    }

    /** The file, and the next one while it is opened. */
    @Override
    public int descriptors() {
        return 2;
    }

    @Override
    public synchronized void add(byte[] line) {
        if (gathered.size() + line.length > MOST_GATHERED) {
            flush();
        }
        gathered.writeBytes(line);
    }

    @Override
    public synchronized void flush() {
        ByteBuffer lines = ByteBuffer.wrap(gathered.toByteArray());
        gathered.reset();
        if (closed || !lines.hasRemaining()) {
            return;
        }
        try {
            append(lines);
            if (lost > 0) {
                log.warn("access log goes on file={} lost={}", path, lost);
                lost = 0;
            }
        } catch (IOException e) {
            release();
            if (lost == 0) {
                log.warn("access log cannot be written file={} reason=\"{}\"", path, e.toString());
            }
            lost += count(lines);
        }
    }

    @Override
    public synchronized void close() {
        flush();
        closed = true;
        release();
    }

    private void append(ByteBuffer lines) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            if (open(lines.remaining()).append(lines)) {
                return;
            }
            release();
        }
        throw new IOException("is moved away as soon as it is opened");
    }

    /** Returns the file of this period, with room for {@code more} bytes unless it has been moved away. */
    private AppendedFile open(int more) throws IOException {
        AppendedFile open = channel == null ? openOurs() : channel;
        long size = open.size();
        if (size > 0 && (size + more > maxSize || rotation.isOver(periodEnd))) {
            rotate(open);
            release();
            return openOurs();
        }
        return open;
    }

    /** No rotation runs meanwhile: the file would be gone, or its key would be that of another file. */
    private AppendedFile openOurs() throws IOException {
        synchronized (ROTATION) {
            AppendedFile open = AppendedFile.open(path, access);
            channel = open;
            periodEnd = open.size() == 0 ? rotation.end() : rotation.endOf(open.written());
            return open;
        }
    }

    private static int count(ByteBuffer lines) {
        int count = 0;
        while (lines.hasRemaining()) {
            count += lines.get() == '\n' ? 1 : 0;
        }
        return count;
    }

    /** The file becomes .1, that one .2 and so on; the oldest goes. Another writer may have done so already. */
    private void rotate(AppendedFile full) throws IOException {
        synchronized (ROTATION) {
            if (!full.isAtPath()) {
                return;
            }
            for (int i = keep; i > 1; i--) {
                move(numbered(i - 1), numbered(i));
            }
            if (keep > 0) {
                move(path, numbered(1));
            } else {
                Files.deleteIfExists(path);
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            log.debug("nothing to rotate file={}", from);
        }
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private void release() {
        AppendedFile releasing = channel;
        channel = null;
        try {
            if (releasing != null) {
                releasing.close();
            }
        } catch (IOException e) {
            log.debug("closing the access log file={}", path, e);
        }
    }
}
