package dev.refractium.server.watch;

import dev.refractium.server.text.Escape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The contents of files, as hashes: equal objects mean equal contents. Immutable. */
public final class Contents {
    /** The most bytes that are compared: a configuration has fewer. */
    private static final int MAX_CONFIG = 17 << 20;

    private final Optional<ByteBuffer> config;

    /** The bytes of the files that the configuration includes; a file that cannot be read is missing. */
    private final Map<Path, ByteBuffer> parts;

    /** Path to the SHA-256 of the bytes, in lower-case hex; empty if they cannot be read. */
    private final Map<Path, String> jars;

    /** The same of other files that the configuration names. */
    private final Map<Path, String> included;

    private Contents(
            Optional<ByteBuffer> config,
            Map<Path, ByteBuffer> parts,
            Map<Path, String> jars,
            Map<Path, String> included) {
        this.config = config;
        this.parts = Map.copyOf(parts);
        this.jars = Map.copyOf(jars);
        this.included = Map.copyOf(included);
    }

    /** Reads all of them; blocks. */
    public static Contents read(Sources sources) {
        Map<Path, ByteBuffer> parts = new TreeMap<>();
        sources.parts().forEach(file -> bytes(file).ifPresent(bytes -> parts.put(file, bytes)));
        return new Contents(
                sources.config().flatMap(Contents::bytes), parts, hashes(sources.jars()), hashes(sources.included()));
    }

    /** Returns these contents with the configuration of {@code other}. */
    public Contents withConfigOf(Contents other) {
        return new Contents(other.config, parts, jars, included);
    }

    /**
     * Returns these contents as far as a reader that may have found other JARs has used them.
     *
     * @param read the hash of each JAR that was read
     * @param seen the JARs that were found and not read
     */
    public Contents takenIn(Map<Path, String> read, Collection<Path> seen) {
        Map<Path, String> taken = new TreeMap<>(jars);
        taken.keySet().retainAll(seen);
        taken.putAll(read);
        return new Contents(config, parts, taken, included);
    }

    /**
     * Returns these contents with files as a reader that found them later has read them.
     *
     * @param parts the bytes of each file that the configuration includes, not copied
     * @param others the hash of other files
     */
    public Contents asRead(Map<Path, byte[]> parts, Map<Path, String> others) {
        Map<Path, ByteBuffer> read = new TreeMap<>();
        parts.forEach((file, bytes) -> read.put(file, ByteBuffer.wrap(bytes).asReadOnlyBuffer()));
        Map<Path, String> all = new TreeMap<>(included);
        all.putAll(others);
        return new Contents(config, read, jars, all);
    }

    /**
     * Returns why the configuration must not be trusted without a request: a file looks like this while it is being
     * written, or being replaced by removing the old one first.
     *
     * @param running the contents that were read last
     */
    public Optional<String> suspect(Contents running) {
        Optional<String> main = suspect("the configuration", config, running.config);
        return main.or(() -> running.parts.keySet().stream()
                .sorted()
                .flatMap(file -> suspect(Escape.text(file.toString()), part(file), running.part(file)).stream())
                .findFirst());
    }

    private Optional<ByteBuffer> part(Path file) {
        return Optional.ofNullable(parts.get(file));
    }

    private static Optional<String> suspect(String file, Optional<ByteBuffer> found, Optional<ByteBuffer> running) {
        if (found.equals(running) || running.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer before = running.get();
        ByteBuffer now = found.orElse(ByteBuffer.allocate(0));
        if (!now.hasRemaining()) {
            return Optional.of(file + (found.isEmpty() ? " is gone" : " is empty"));
        }
        boolean beginning = now.remaining() < before.remaining() && now.mismatch(before) == now.remaining();
        return beginning
                ? Optional.of(file + " is cut short: it is the beginning of the one that runs")
                : Optional.empty();
    }

    /** Returns the JARs that are not in {@code others}, or whose bytes differ there. */
    Iterable<Path> jarsNotIn(Contents others) {
        return jars.entrySet().stream()
                .filter(jar -> !jar.getValue().equals(others.jars.get(jar.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Contents contents
                && config.equals(contents.config)
                && parts.equals(contents.parts)
                && jars.equals(contents.jars)
                && included.equals(contents.included);
    }

    @Override
    public int hashCode() {
        return Objects.hash(config, parts, jars, included);
    }

    private static Map<Path, String> hashes(Collection<Path> files) {
        Map<Path, String> hashes = new TreeMap<>();
        files.forEach(file -> hashes.put(file, sha256(file)));
        return hashes;
    }

    private static Optional<ByteBuffer> bytes(Path file) {
        try (InputStream in = open(file)) {
            return Optional.of(ByteBuffer.wrap(in.readNBytes(MAX_CONFIG)).asReadOnlyBuffer());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String sha256(Path file) {
        try (InputStream in = open(file)) {
            MessageDigest digest = sha256();
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns the hash by which bytes are compared. */
    public static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Avoids opening a pipe, which would wait for a writer. */
    private static InputStream open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("not a regular file: " + file);
        }
        return Files.newInputStream(file);
    }
}
