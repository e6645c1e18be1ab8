package dev.refractium.server.reload;

import dev.refractium.server.files.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that a configuration names, as it was read. */
final class JudgedFile {
    private static final Logger log = LoggerFactory.getLogger(JudgedFile.class);

    /** The JDK keeps a buffer outside the heap as large as the largest read. */
    private static final int STEP = 1 << 16;

    private final byte[] bytes;
    private final Optional<String> planted;

    private JudgedFile(byte[] bytes, Optional<String> planted) {
        this.bytes = bytes;
        this.planted = planted;
    }

    /**
     * Reads a file and judges who may write it.
     *
     * @param trusted directories in which others may write
     * @param largest how many bytes are of use
     * @throws IOException if it cannot be read, is no regular file, or is replaced all the time
     */
    static JudgedFile read(Path file, Set<Path> trusted, int largest) throws IOException {
        return read(file, largest, () -> Provenance.ofConfiguration(file, trusted));
    }

    /**
     * Reads a file and judges who may read or write it, as {@link #read} does.
     *
     * @throws IOException if it cannot be read, is no regular file, or is replaced all the time
     */
    static JudgedFile readSecret(Path file, Set<Path> trusted, int largest) throws IOException {
        return read(file, largest, () -> Provenance.ofSecret(file, trusted));
    }

    private static JudgedFile read(Path file, int largest, Judged.Step<Provenance> judging) throws IOException {
        Judged<byte[]> judged = Judged.read(file, judging, () -> read(file, largest));
        Provenance provenance = judged.provenance();
        provenance
                .excused()
                .ifPresent(path -> log.warn("trusted though others have access file={} path={}", file, path));
        return new JudgedFile(judged.content(), provenance.reason());
    }

    /** Returns its content, not copied; one byte more than was asked for if it is larger. */
    byte[] bytes() {
        return bytes;
    }

    /** Returns why it is not to be obeyed: another user may have written it. */
    Optional<String> planted() {
        return planted;
    }

    private static byte[] read(Path file, int largest) throws IOException {
        // A pipe would wait for a writer.
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            // Of its size from the start: a large file in parts would be put together by copies.
            byte[] bytes = new byte[(int) Math.min(Files.size(file), largest)];
            int count = 0;
            for (int n = 0; n >= 0 && count < bytes.length; count += Math.max(0, n)) {
                n = in.read(bytes, count, Math.min(STEP, bytes.length - count));
            }
            byte[] more = in.readNBytes(largest + 1 - count);
            byte[] all = count + more.length == bytes.length ? bytes : Arrays.copyOf(bytes, count + more.length);
            System.arraycopy(more, 0, all, count, more.length);
            return all;
        }
    }
}
