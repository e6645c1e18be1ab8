package dev.refractium.plugins.accesslog;

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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines, each written whole and at once, which grows to a size, gives way to a new one, and is opened anew
 * where somebody moved it away. A line that cannot be written is lost; the first one is told to the log, and when writing
 * works again, how many it were. Any thread.
 */
final class LogFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogFile.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final long maxSize;
    private final int keep;
    private final InstantSource clock;
    private @Nullable FileChannel channel;
    private @Nullable Object key;
    private Instant looked = Instant.MIN;
    private long lost;
    private boolean closed;

    LogFile(Path path, long maxSize, int keep, InstantSource clock) {
        this.path = path;
        this.maxSize = maxSize;
        this.keep = keep;
        this.clock = clock;
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

    /** Throws nothing: what cannot be written is lost. */
    synchronized void write(byte[] line) {
        if (closed) {
            return;
        }
        try {
            append(open(line.length), line);
            if (lost > 0) {
                log.warn("access log goes on file={} lost={}", path, lost);
                lost = 0;
            }
        } catch (IOException e) {
            release();
            if (lost++ == 0) {
                log.warn("access log cannot be written file={} reason=\"{}\"", path, e.toString());
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        release();
    }

    /** The file, with room for so many more bytes. */
    private FileChannel open(int more) throws IOException {
        lookAfterIt();
        FileChannel open = channel;
        if (open != null && open.size() > 0 && open.size() + more > maxSize) {
            release();
            rotate();
            open = null;
        }
        if (open == null) {
            open = openPath();
            channel = open;
            key = key();
            looked = clock.instant();
        }
        return open;
    }

    /** Lets go of a file that is no longer the one at its path, as when it was moved to be packed. */
    private void lookAfterIt() {
        Instant now = clock.instant();
        if (channel == null || now.isBefore(looked.plus(LOOK))) {
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

    /** A half line is taken back: on a full disk, what comes once there is room again shall not be glued to it. */
    private static void append(FileChannel file, byte[] line) throws IOException {
        long before = file.size();
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            if (bytes.position() > 0 && file.size() == before + bytes.position()) {
                file.truncate(before);
            }
            throw e;
        }
    }

    /** The file becomes .1, that one .2 and so on; the oldest goes. Whoever else writes it may have done so already. */
    private void rotate() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) < maxSize / 2) {
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
