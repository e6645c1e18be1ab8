package dev.refractium.server.plugin;

import dev.refractium.server.files.StateDirectory;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JAR's private copy, which is checked and loaded: whatever happens to the original later, the classes of a running
 * plugin come from the bytes that were checked.
 *
 * @param source the original, kept for messages
 * @param sha256 of the copy, in lower-case hex
 */
record StagedJar(Path source, Path copy, String sha256) {
    /** The largest JAR that is copied: state directories often live in memory. */
    static final long MAX_BYTES = 256L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(StagedJar.class);

    /** Copies {@code source}, which may be a link, through one descriptor, and names the copy by number and hash. */
    static StagedJar of(Path source, StateDirectory copies) throws IOException, Refused {
        // Opening a pipe would wait for a writer.
        if (!Files.isRegularFile(source)) {
            throw new Refused("not a regular file; put a JAR in its place");
        }
        int number = copies.nextNumber();
        Path part = copies.path().resolve(number + ".part");
        try (InputStream in = Files.newInputStream(source)) {
            String sha256 = copy(in, part);
            Path copy = copies.path().resolve(number + "-" + sha256 + ".jar");
            Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
            return new StagedJar(source, copy, sha256);
        } catch (CopyFailure e) {
            throw new Refused("cannot be copied to " + copies.path() + ": " + FileFailure.of(e.trouble));
        } finally {
            deleteQuietly(part);
        }
    }

    /** Deletes the copy. Throws nothing: a copy that is left behind is removed with its directory. */
    void delete() {
        deleteQuietly(copy);
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("could not remove {}: {}", file, FileFailure.of(e));
        }
    }

    private static String copy(InputStream in, Path part) throws IOException, Refused, CopyFailure {
        MessageDigest digest = newDigest();
        byte[] buffer = new byte[1 << 16];
        long size = 0;
        try (Copy copy = new Copy(part)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                size += n;
                if (size > MAX_BYTES) {
                    throw new Refused("larger than " + (MAX_BYTES >> 20) + " MiB; a plugin is a small JAR");
                }
                digest.update(buffer, 0, n);
                copy.write(buffer, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Opens the file to write. A failure here is not the JAR's fault. */
    private static final class Copy implements AutoCloseable {
        private final OutputStream out;

        Copy(Path file) throws CopyFailure {
            try {
                out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new CopyFailure(e);
            }
        }

        void write(byte[] bytes, int length) throws CopyFailure {
            try {
                out.write(bytes, 0, length);
            } catch (IOException e) {
                throw new CopyFailure(e);
            }
        }

        @Override
        public void close() throws CopyFailure {
            try {
                out.close();
            } catch (IOException e) {
                throw new CopyFailure(e);
            }
        }
    }

    private static final class CopyFailure extends Exception {
        private static final long serialVersionUID = 1;

        private final IOException trouble;

        CopyFailure(IOException trouble) {
            super(trouble);
            this.trouble = trouble;
        }
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
