package dev.refractium.server.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** The token that a visitor of the page sends. Holds its hash alone. Immutable. */
public final class AdminToken {
    /** A bearer token as RFC 6750, section 2.1 has it, long enough not to be guessed. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{16,512}=*");

    private final byte[] hash;

    /** @throws IllegalArgumentException if no header can carry it, or it can be guessed; the message does not show it */
    public AdminToken(String token) {
        if (!TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "is not a line of 16 to 512 letters, digits and ._~+/-; write the output of `openssl rand -hex"
                            + " 24`");
        }
        this.hash = hash(token);
    }

    /** Returns whether {@code sent} is the token. Takes as long for any text of the same length. */
    public boolean matches(String sent) {
        return MessageDigest.isEqual(hash, hash(sent));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AdminToken token && Arrays.equals(hash, token.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
