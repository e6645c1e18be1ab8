package dev.refractium.server.watch;

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
import java.util.Optional;
import java.util.TreeMap;

/** The contents of files, as hashes: equal objects mean equal contents. Immutable. */
public final class Contents {
    /** The most bytes that are compared: a configuration has fewer. */
    private static final int MAX_CONFIG = 17 << 20;

    private final Optional<ByteBuffer> config;

    /** Path to the SHA-256 of the bytes, in lower-case hex; empty if they cannot be read. */
    private final Map<Path, String> jars;

    /** The same of other files that the configuration names. */
    private final Map<Path, String> included;

    private Contents(Optional<ByteBuffer> config, Map<Path, String> jars, Map<Path, String> included) {
        this.config = config;
        this.jars = Map.copyOf(jars);
        this.included = Map.copyOf(included);
    }

    /** Reads all of them; blocks. */
    public static Contents read(Sources sources) {
        return new Contents(
                sources.config().flatMap(Contents::bytes), hashes(sources.jars()), hashes(sources.included()));
    }

    /** Returns these contents with the configuration of {@code other}. */
    public Contents withConfigOf(Contents other) {
        return new Contents(other.config, jars, included);
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
        return new Contents(config, taken, included);
    }

    /**
     * Returns why the configuration must not be trusted without a request: a file looks like this while it is being
     * written, or being replaced by removing the old one first.
     *
     * @param running the contents that were read last
     */
    public Optional<String> suspect(Contents running) {
        if (config.equals(running.config) || running.config.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer before = running.config.get();
        ByteBuffer now = config.orElse(ByteBuffer.allocate(0));
        if (!now.hasRemaining()) {
            return Optional.of(config.isEmpty() ? "the configuration is gone" : "the configuration is empty");
        }
        boolean beginning = now.remaining() < before.remaining() && now.mismatch(before) == now.remaining();
        return beginning
                ? Optional.of("the configuration is cut short: it is the beginning of the one that runs")
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
                && jars.equals(contents.jars)
                && included.equals(contents.included);
    }

    @Override
    public int hashCode() {
        return (config.hashCode() * 31 + jars.hashCode()) * 31 + included.hashCode();
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
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            return "";
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
