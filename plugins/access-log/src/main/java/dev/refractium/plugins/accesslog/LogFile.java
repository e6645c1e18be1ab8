package dev.refractium.plugins.accesslog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines, each written whole, those that come together at once; it grows to a size, gives way to a new one, and
 * is opened anew where somebody moved it away. A line that cannot be written is lost; the first one is told to the log,
 * and when writing works again, how many it were. Any thread.
 */
final class LogFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogFile.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Two that write one file must not both move it away: a whole file would be gone with the second move. */
    private static final Object ROTATION = new Object();

    private static final int MOST_GATHERED = 64 << 10;

    private final Path path;
    private final long maxSize;
    private final int keep;
    private final LongSupplier nanoClock;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private @Nullable FileChannel channel;
    private @Nullable Object key;
    private long looked;

    /** Of the file that is open, before the lines that are written. */
    private long size;

    private long lost;
    private boolean closed;

    LogFile(Path path, long maxSize, int keep, LongSupplier nanoClock) {
        this.path = path;
        this.maxSize = maxSize;
        this.keep = keep;
        this.nanoClock = nanoClock;
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

    /** Takes a line, its end included, for the next {@link #flush}. */
    synchronized void add(byte[] line) {
        if (gathered.size() + line.length > MOST_GATHERED) {
            flush();
        }
        gathered.writeBytes(line);
    }

    /** Writes the lines that were added. Throws nothing: those that cannot be written are lost. */
    synchronized void flush() {
        ByteBuffer lines = ByteBuffer.wrap(gathered.toByteArray());
        gathered.reset();
        if (closed || !lines.hasRemaining()) {
            return;
        }
        try {
            append(open(lines.remaining()), lines);
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

    /** The file, with room for so many more bytes. */
    private FileChannel open(int more) throws IOException {
        lookAfterIt();
        FileChannel open = channel;
        if (open != null) {
            size = open.size();
            if (size > 0 && size + more > maxSize) {
                rotate();
                release();
                open = null;
            }
        }
        if (open == null) {
            open = openOurs();
            looked = nanoClock.getAsLong();
            size = open.size();
        }
        return open;
    }

    /** Lets go of a file that is no longer the one at its path, as when it was moved to be packed. */
    private void lookAfterIt() {
        long now = nanoClock.getAsLong();
        if (channel == null || now - looked < LOOK_NANOS) {
            return;
        }
        looked = now;
        if (!isOurs()) {
            release();
        }
    }

    private boolean isOurs() {
        try {
            return Objects.equals(key, key());
        } catch (IOException e) {
            return false;
        }
    }

    private @Nullable Object key() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Nobody rotates meanwhile: the file would be gone, or another's key be taken for its own. */
    private FileChannel openOurs() throws IOException {
        synchronized (ROTATION) {
            FileChannel open = openPath();
            channel = open;
            key = key();
            return open;
        }
    }

    private FileChannel openPath() throws IOException {
        try {
            return FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND), PRIVATE);
        } catch (FileAlreadyExistsException e) {
            // A pipe would block here until somebody reads it.
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("is a link, or something else that is no file", e);
            }
            Set<OpenOption> existing = Set.of(StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
            return FileChannel.open(path, existing);
        }
    }

    /**
     * Writes lines, or as many as can be; the others remain in {@code lines} then. A half line is taken back: on a full
     * disk, what comes once there is room again shall not be glued to it.
     */
    private void append(FileChannel file, ByteBuffer lines) throws IOException {
        try {
            while (lines.hasRemaining()) {
                file.write(lines);
            }
        } catch (IOException e) {
            int written = lines.position();
            while (lines.position() > 0 && lines.get(lines.position() - 1) != '\n') {
                lines.position(lines.position() - 1);
            }
            if (lines.position() < written && file.size() == size + written) {
                file.truncate(size + lines.position());
            }
            throw e;
        }
    }

    private static int count(ByteBuffer lines) {
        int count = 0;
        while (lines.hasRemaining()) {
            count += lines.get() == '\n' ? 1 : 0;
        }
        return count;
    }

    /** The file becomes .1, that one .2 and so on; the oldest goes. Whoever else writes it may have done so already. */
    private void rotate() throws IOException {
        synchronized (ROTATION) {
            if (!isOurs()) {
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
        FileChannel releasing = channel;
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
