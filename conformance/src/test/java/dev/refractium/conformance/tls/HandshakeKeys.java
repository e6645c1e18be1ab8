package dev.refractium.conformance.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decrypts the server's flight of TLS 1.3, in which its certificate is (RFC 8446, section 7), after a
 * key exchange by X25519. The private key is known to everybody.
 */
final class HandshakeKeys {
    private static final NamedParameterSpec CURVE = NamedParameterSpec.X25519;

    private static final byte[] PRIVATE = "a key that everybody here can re".getBytes(StandardCharsets.US_ASCII);

    /** The public key, which is the private one applied to the base point (RFC 7748, section 6.1). */
    static final byte[] PUBLIC = publicKey();

    private final Suite suite;
    private final byte[] key;
    private final byte[] iv;
    private long sequence;

    /** A cipher suite of TLS 1.3, by what the JDK calls its parts. */
    private record Suite(String cipher, int keySize, String hash, String mac, int hashSize) {
        static Suite of(int number) throws GeneralSecurityException {
            return switch (number) {
                case 0x1301 -> new Suite("AES/GCM/NoPadding", 16, "SHA-256", "HmacSHA256", 32);
                case 0x1302 -> new Suite("AES/GCM/NoPadding", 32, "SHA-384", "HmacSHA384", 48);
                case 0x1303 -> new Suite("ChaCha20-Poly1305", 32, "SHA-256", "HmacSHA256", 32);
                default -> throw new GeneralSecurityException("cipher suite " + number);
            };
        }
    }

    /**
     * Derives the keys.
     *
     * @param cipherSuite that the server has chosen
     * @param share the server's public key
     * @param transcript both hellos
     */
    HandshakeKeys(int cipherSuite, byte[] share, byte[] transcript) throws GeneralSecurityException {
        suite = Suite.of(cipherSuite);
        byte[] nothing = new byte[suite.hashSize()];
        byte[] early = extract(nothing, nothing);
        byte[] handshake = extract(expand(early, "derived", hash(new byte[0]), suite.hashSize()), agree(share));
        byte[] server = expand(handshake, "s hs traffic", hash(transcript), suite.hashSize());
        key = expand(server, "key", new byte[0], suite.keySize());
        iv = expand(server, "iv", new byte[0], 12);
    }

    /** Decrypts the next record; returns its content with the type as the last byte. */
    byte[] decrypt(byte[] header, byte[] payload) throws GeneralSecurityException {
        byte[] nonce = iv.clone();
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[nonce.length - 1 - i] ^= (byte) (sequence >> (8 * i));
        }
        sequence++;
        boolean aes = suite.cipher().startsWith("AES");
        Cipher cipher = Cipher.getInstance(suite.cipher());
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, aes ? "AES" : "ChaCha20"),
                aes ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce));
        cipher.updateAAD(header);
        byte[] plain = cipher.doFinal(payload);
        int end = plain.length;
        while (end > 0 && plain[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOf(plain, end);
    }

    private static byte[] publicKey() {
        byte[] base = new byte[32];
        base[0] = 9;
        try {
            return agree(base);
        } catch (GeneralSecurityException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static byte[] agree(byte[] share) throws GeneralSecurityException {
        KeyFactory keys = KeyFactory.getInstance("X25519");
        PrivateKey own = keys.generatePrivate(new XECPrivateKeySpec(CURVE, PRIVATE));
        byte[] reversed = new byte[share.length];
        for (int i = 0; i < share.length; i++) {
            reversed[i] = share[share.length - 1 - i];
        }
        reversed[0] &= 0x7f;
        PublicKey peer = keys.generatePublic(new XECPublicKeySpec(CURVE, new BigInteger(1, reversed)));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(own);
        agreement.doPhase(peer, true);
        return agreement.generateSecret();
    }

    private byte[] extract(byte[] salt, byte[] secret) throws GeneralSecurityException {
        return hmac(salt, secret);
    }

    private byte[] expand(byte[] secret, String label, byte[] context, int length) throws GeneralSecurityException {
        byte[] info = Bytes.join(
                Bytes.uint16(length), Bytes.counted8(Bytes.latin1("tls13 " + label)), Bytes.counted8(context));
        return Arrays.copyOf(hmac(secret, Bytes.join(info, Bytes.of(1))), length);
    }

    private byte[] hmac(byte[] by, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(suite.mac());
        mac.init(new SecretKeySpec(by, suite.mac()));
        return mac.doFinal(message);
    }

    private byte[] hash(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance(suite.hash()).digest(bytes);
    }
}
