package dev.refractium.server.reload;

import dev.refractium.server.config.SecretFiles;
import dev.refractium.server.text.FileFailure;
import dev.refractium.server.watch.Contents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Reads the files that hold secrets, and judges who else may read or write them. Any thread. */
final class JudgedSecrets implements SecretFiles {
    /** How many bytes a secret may have. */
    private static final int LARGEST = 64 << 10;

    private final Set<Path> trusted;

    /** The hash of each file that was asked for; empty if it could not be read. */
    private final Map<Path, String> hashes = new ConcurrentHashMap<>();

    /** @param trusted directories in which others may read and write */
    JudgedSecrets(Set<Path> trusted) {
        this.trusted = trusted;
    }

    @Override
    public String read(Path file) throws IOException {
        hashes.put(file, "");
        byte[] bytes = bytes(file);
        hashes.put(file, Contents.hash(bytes));
        if (bytes.length > LARGEST) {
            throw new IOException("has more than " + (LARGEST >> 10) + "KiB; a secret is one line");
        }
        String text = text(bytes);
        String secret = text.endsWith("\r\n")
                ? text.substring(0, text.length() - 2)
                : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        if (secret.isEmpty()) {
            throw new IOException("is empty; write the secret into it");
        }
        return secret;
    }

    /** Returns the hash of each file that was asked for, as {@link Contents} has it. */
    Map<Path, String> hashes() {
        return Map.copyOf(hashes);
    }

    private byte[] bytes(Path file) throws IOException {
        JudgedFile judged;
        try {
            judged = JudgedFile.readSecret(file, trusted, LARGEST);
        } catch (IOException e) {
            throw new IOException("cannot be read: " + FileFailure.of(e), e);
        }
        if (judged.planted().isPresent()) {
            throw new IOException("cannot be trusted: " + judged.planted().get());
        }
        return judged.bytes();
    }

    private static String text(byte[] bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("is not UTF-8; write the secret as text", e);
        }
    }
}
