package dev.refractium.conformance.tls;

import dev.refractium.conformance.Oddity;
import dev.refractium.conformance.tls.Hello.Extension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Odd messages and extensions: versions, lengths, orders, and extensions beside the server name. */
final class Shapes {
    private Shapes() {}

    static List<Oddity<Hello>> oddities() {
        List<Oddity<Hello>> all = new ArrayList<>(fields());
        all.addAll(lengths());
        all.addAll(extensions());
        all.addAll(protocols());
        return all;
    }

    private static List<Oddity<Hello>> fields() {
        List<Oddity<Hello>> all = new ArrayList<>();
        for (int version : new int[] {
            0x0002, 0x0200, 0x0300, 0x0301, 0x0302, 0x0304, 0x0305, 0x03ff, 0x0400, 0x7f1c, 0xfefd, 0xffff
        }) {
            all.add(odd("version " + version, hello -> hello.version = version));
        }
        for (int length : new int[] {0, 1, 16, 31, 33, 64, 255}) {
            all.add(odd("a session id of " + length, hello -> hello.sessionId = new byte[length]));
        }
        for (int length : new int[] {0, 1, 3}) {
            all.add(odd("ciphers of " + length, hello -> hello.ciphers = Arrays.copyOf(hello.ciphers, length)));
        }
        all.add(odd("5,000 ciphers", hello -> hello.ciphers = Arrays.copyOf(hello.ciphers, 10_000)));
        all.add(odd("fallback", hello -> hello.ciphers = Bytes.join(hello.ciphers, Bytes.uint16(0x5600))));
        all.add(odd(
                "renegotiation as a cipher", hello -> hello.ciphers = Bytes.join(hello.ciphers, Bytes.uint16(0x00ff))));
        all.add(odd("GREASE ciphers", hello -> hello.ciphers = Bytes.join(Bytes.uint16(0x0a0a), hello.ciphers)));
        all.add(odd("old ciphers", hello -> hello.ciphers = Bytes.uint16(0x000a, 0x002f, 0x0035)));
        all.add(odd("no compression", hello -> hello.compressions = new byte[0]));
        all.add(odd("deflate alone", hello -> hello.compressions = Bytes.of(1)));
        all.add(odd("deflate too", hello -> hello.compressions = Bytes.of(1, 0)));
        all.add(odd("255 compressions", hello -> hello.compressions = new byte[255]));
        for (int type : new int[] {0, 2, 3, 11, 20, 22, 255}) {
            all.add(odd("message type " + type, hello -> hello.messageType = type));
        }
        all.add(odd("no extensions", hello -> hello.hasExtensions = false));
        all.add(odd("extensions of no length", hello -> hello.extensions.clear()));
        return all;
    }

    private static List<Oddity<Hello>> lengths() {
        List<Oddity<Hello>> all = new ArrayList<>();
        for (int error : new int[] {-300, -50, -19, -4, -2, -1, 1, 2, 4, 19, 50, 300, 20_000}) {
            all.add(odd("the extensions' length off by " + error, hello -> hello.extensionsError = error));
            all.add(odd("the message's length off by " + error, hello -> hello.messageError = error));
            all.add(odd("both lengths off by " + error, hello -> {
                hello.extensionsError = error;
                hello.messageError = error;
            }));
        }
        for (int size : new int[] {1, 2, 4, 50, 1_000}) {
            all.add(odd(size + " bytes behind the extensions", hello -> hello.tail = new byte[size]));
            all.add(odd(size + " bytes behind the message", hello -> hello.behind = new byte[size]));
            all.add(odd(size + " bytes in the extensions", hello -> {
                hello.tail = new byte[size];
                hello.extensionsError = size;
            }));
        }
        all.add(odd(
                "a second hello behind", hello -> hello.behind = hello.another().message()));
        all.add(odd(
                "another name's extensions behind",
                hello -> hello.tail = Bytes.counted16(new Extension(0, Names.list(Names.entry(hello.other))).bytes())));
        all.add(odd(
                "another name's extension behind",
                hello -> hello.tail = new Extension(0, Names.list(Names.entry(hello.other))).bytes()));
        return all;
    }

    private static List<Oddity<Hello>> extensions() {
        List<Oddity<Hello>> all = new ArrayList<>();
        int[] types = {
            1, 4, 5, 12, 15, 18, 21, 22, 24, 27, 28, 34, 35, 41, 42, 44, 48, 49, 50, 57, 0x0a0a, 0x3374, 0x4469, 0x5500,
            0x7550, 0xfe0d, 0xfd00, 0xffce, 0xffff
        };
        for (int type : types) {
            all.add(odd("extension " + type + ", empty", hello -> hello.add(type, new byte[0])));
            all.add(odd("extension " + type + ", zeros", hello -> hello.add(type, new byte[16])));
            all.add(odd(
                    "extension " + type + ", first",
                    hello -> hello.extensions.add(0, new Extension(type, new byte[2]))));
            all.add(odd("extension " + type + ", twice", hello -> {
                hello.add(type, new byte[2]);
                hello.add(type, new byte[2]);
            }));
        }
        for (int type : new int[] {10, 11, 13, 23, 43, 45, 51, 0xff01}) {
            all.add(odd("without extension " + type, hello -> hello.remove(type)));
            all.add(odd("extension " + type + " emptied", hello -> hello.replace(new Extension(type, new byte[0]))));
            all.add(odd("extension " + type + " again", hello -> hello.add(type, new byte[2])));
            all.add(odd("extension " + type + " longer", hello -> hello.replace(new Extension(type, new byte[2], 3))));
        }
        for (int count : new int[] {20, 55, 58, 63, 64, 65, 100, 1_000}) {
            all.add(odd(count + " unknown extensions", hello -> unknown(hello, count)));
        }
        all.add(odd("in another order", hello -> Collections.shuffle(hello.extensions, hello.random)));
        all.add(odd("reversed", hello -> Collections.reverse(hello.extensions)));
        all.add(odd("padding of 500", hello -> hello.add(21, new byte[500])));
        all.add(odd("padding of 15,000", hello -> hello.add(21, new byte[15_000])));
        all.add(odd("padding of 30,000", hello -> hello.add(21, new byte[30_000])));
        all.add(odd("padding of ones", hello -> hello.add(21, Bytes.of(1, 1, 1))));
        all.add(odd(
                "an extension of a name in padding",
                hello -> hello.add(21, new Extension(0, Names.list(Names.entry(hello.other))).bytes())));
        all.add(odd("an encrypted hello", hello -> hello.add(0xfe0d, encrypted(0))));
        all.add(odd("an inner hello", hello -> hello.add(0xfe0d, encrypted(1))));
        all.add(odd("an encrypted hello and no name", hello -> {
            hello.remove(Hello.SERVER_NAME);
            hello.add(0xfe0d, encrypted(0));
        }));
        all.add(odd("a key to resume with", hello -> hello.add(41, resumption())));
        all.add(odd("a ticket", hello -> hello.add(35, new byte[160])));
        return all;
    }

    private static void unknown(Hello hello, int count) {
        for (int i = 0; i < count; i++) {
            hello.add(0x7000 + i, new byte[i % 3]);
        }
    }

    private static byte[] encrypted(int kind) {
        return kind == 1
                ? Bytes.of(1)
                : Bytes.join(
                        Bytes.of(0),
                        Bytes.uint16(1, 1),
                        Bytes.of(7),
                        Bytes.counted16(new byte[32]),
                        Bytes.counted16(new byte[128]));
    }

    private static byte[] resumption() {
        byte[] identity = Bytes.join(Bytes.counted16(new byte[32]), new byte[4]);
        return Bytes.join(Bytes.counted16(identity), Bytes.counted16(Bytes.counted8(new byte[32])));
    }

    private static List<Oddity<Hello>> protocols() {
        List<Oddity<Hello>> all = new ArrayList<>();
        List<byte[]> lists = List.of(
                alpn("h2", "http/1.1"),
                alpn("http/1.1"),
                alpn("h2"),
                alpn("acme-tls/1"),
                alpn("acme-tls/1", "h2"),
                alpn("x"),
                alpn(""),
                alpn("h2", ""),
                alpn("\0"),
                alpn("a".repeat(255)),
                alpn(),
                new byte[0],
                Bytes.uint16(9),
                Bytes.join(alpn("h2"), Bytes.of(0)),
                Bytes.uint16(3, 0x0268),
                alpn("\u0a0a", "h2"));
        for (byte[] list : lists) {
            all.add(odd(
                    "protocols " + HexFormat.of().formatHex(list, 0, Math.min(12, list.length)),
                    hello -> hello.add(Hello.ALPN, list)));
        }
        all.add(odd("protocols twice", hello -> {
            hello.add(Hello.ALPN, alpn("h2"));
            hello.add(Hello.ALPN, alpn("http/1.1"));
        }));
        return all;
    }

    private static byte[] alpn(String... names) {
        byte[][] entries = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            entries[i] = Bytes.counted8(Bytes.latin1(names[i]));
        }
        return Bytes.counted16(Bytes.join(entries));
    }

    private static Oddity<Hello> odd(String name, Consumer<Hello> change) {
        return new Oddity<>(name, change);
    }
}
