package dev.refractium.benchmarks;

import dev.refractium.api.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The first bytes that clients send, each row as many times as asked, every one different. */
final class Payloads {
    /** The rows that {@code mixed} draws from; all TCP but dns. */
    static final List<String> KINDS = List.of("http", "sni", "sni_real", "ssh", "dns", "ftp", "pattern", "nomatch");

    private Payloads() {}

    /**
     * One client's first bytes.
     *
     * @param route the name of the route that must take them; empty: none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Payload(Transport transport, byte[] bytes, String route) {}

    static Payload of(String kind, Random random) {
        String word = word(random);
        return switch (kind) {
            case "http" -> tcp("GET /" + word + ".html HTTP/1.1\r\nHost: example.com\r\n\r\n", "http");
            case "sni" -> tls(word + ".sni.test", 200, false, random);
            case "sni_real" -> tls(word + ".sni.test", 517, false, random);
            case "sni_permuted" -> tls(word + ".sni.test", 200, true, random);
            case "sni_real_permuted" -> tls(word + ".sni.test", 517, true, random);
            case "ssh" -> tcp("SSH-2.0-OpenSSH_8.2p1 Ubuntu-" + word + "\r\n", "ssh");
            case "dns" -> new Payload(Transport.UDP, query(word, random), "dns");
            case "ftp" -> tcp("USER " + word + "\r\n", "ftp");
            case "pattern" -> new Payload(Transport.TCP, pattern(random), "minecraft");
            case "nomatch" -> new Payload(Transport.TCP, noise(random), "");
            case "mixed" -> of(KINDS.get(random.nextInt(KINDS.size())), random);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Payload tcp(String text, String route) {
        return new Payload(Transport.TCP, text.getBytes(StandardCharsets.US_ASCII), route);
    }

    private static Payload tls(String name, int size, boolean permuted, Random random) {
        List<byte[]> extensions = extensions(name);
        if (permuted) {
            Collections.shuffle(extensions, random);
        }
        return new Payload(Transport.TCP, hello(extensions, size, random), "https[sni=*.sni.test]");
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.toString();
    }

    private static byte[] pattern(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        bytes[0] = (byte) 0xfe;
        bytes[1] = 1;
        return bytes;
    }

    /** Bytes that nobody knows; the last ones differ, as the first say enough. */
    private static byte[] noise(Random random) {
        byte[] bytes = new byte[128];
        Arrays.fill(bytes, (byte) 0xff);
        bytes[100] = (byte) random.nextInt(256);
        return bytes;
    }

    private static byte[] query(String name, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bytes(out, random.nextInt(256), random.nextInt(256), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0);
        label(out, name);
        label(out, "com");
        bytes(out, 0, 0, 1, 0, 1);
        return out.toByteArray();
    }

    private static void label(ByteArrayOutputStream out, String label) {
        out.write(label.length());
        out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns the extensions of a browser, but for its padding, in an order that never changes. */
    private static List<byte[]> extensions(String name) {
        return new ArrayList<>(List.of(
                extension(0x0a0a, 0),
                serverName(name),
                extension(23, 0),
                extension(0xff01, 1),
                extension(10, 10),
                extension(11, 2),
                extension(35, 0),
                extension(13, 18),
                extension(43, 7)));
    }

    private static byte[] serverName(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bytes(out, 0, 0, 0, name.length() + 5, 0, name.length() + 3, 0, 0, name.length());
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    /** Returns a complete ClientHello of {@code size} bytes, padded behind {@code ordered} extensions. */
    private static byte[] hello(List<byte[]> ordered, int size, Random random) {
        ByteArrayOutputStream extensions = new ByteArrayOutputStream();
        ordered.forEach(extensions::writeBytes);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        bytes(body, 3, 3);
        byte[] unique = new byte[32];
        random.nextBytes(unique);
        body.writeBytes(unique);
        bytes(body, 0, 0, 8, 0x13, 1, 0x13, 2, 0x13, 3, 0xc0, 0x2f, 1, 0);
        int padding = size - 5 - 4 - body.size() - 2 - extensions.size() - 4;
        extensions.writeBytes(extension(21, padding));
        uint16(body, extensions.size());
        body.writeBytes(extensions.toByteArray());
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        bytes(hello, 0x16, 3, 1);
        uint16(hello, body.size() + 4);
        bytes(hello, 1, 0);
        uint16(hello, body.size());
        hello.writeBytes(body.toByteArray());
        return hello.toByteArray();
    }

    private static byte[] extension(int type, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        uint16(out, type);
        uint16(out, length);
        out.writeBytes(new byte[length]);
        return out.toByteArray();
    }

    private static void uint16(ByteArrayOutputStream out, int value) {
        bytes(out, value >> 8, value);
    }

    private static void bytes(ByteArrayOutputStream out, int... values) {
        for (int value : values) {
            out.write(value);
        }
    }
}
