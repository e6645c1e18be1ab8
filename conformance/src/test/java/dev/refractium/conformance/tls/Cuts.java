package dev.refractium.conformance.tls;

import dev.refractium.conformance.Oddity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** Odd records: cuts, versions, other records before, between and behind, and the hello of SSL 2. */
final class Cuts {
    private Cuts() {}

    static List<Oddity<Hello>> oddities() {
        List<Oddity<Hello>> all = new ArrayList<>();
        for (int version : new int[] {0x0300, 0x0302, 0x0303, 0x0304, 0x0305, 0x03ff, 0x0200, 0x0400, 0x0000, 0xfeff}) {
            all.add(odd("records of version " + version, hello -> hello.recordVersion = version));
        }
        for (int size : new int[] {1, 2, 3, 4, 5, 6, 38, 100, 150, 16_384}) {
            all.add(odd("records of " + size, hello -> hello.records = message -> cut(hello, message, at -> size)));
            all.add(odd(
                    "a first record of " + size,
                    hello -> hello.records = message -> cut(hello, message, at -> at == 0 ? size : message.length)));
        }
        all.add(odd(
                "records of any size",
                hello -> hello.records = message -> cut(hello, message, at -> 1 + hello.random.nextInt(80))));
        for (int type : new int[] {20, 21, 22, 23, 24, 99}) {
            for (int length : new int[] {0, 1, 2}) {
                String record = "a record of type " + type + " and " + length + " bytes ";
                byte[] payload = new byte[length];
                all.add(odd(record + "first", hello -> hello.first = hello.record(type, payload)));
                all.add(odd(record + "last", hello -> hello.last = hello.record(type, payload)));
                all.add(odd(
                        record + "between",
                        hello -> hello.records = message -> between(hello, message, type, payload)));
            }
        }
        all.add(odd(
                "a warning between", hello -> hello.records = message -> between(hello, message, 21, Bytes.of(1, 90))));
        all.add(odd("a warning first", hello -> hello.first = hello.record(21, Bytes.of(1, 90))));
        for (int count : new int[] {1, 5, 31, 32, 33, 100}) {
            all.add(odd(count + " empty records first", hello -> hello.first = empty(hello, count)));
            all.add(odd(
                    count + " empty records between",
                    hello -> hello.records = message -> Bytes.join(
                            hello.oneRecord(Arrays.copyOf(message, 40)),
                            empty(hello, count),
                            hello.oneRecord(Arrays.copyOfRange(message, 40, message.length)))));
        }
        all.add(odd(
                "a second hello in a record",
                hello -> hello.last = hello.another().bytes()));
        all.add(odd(
                "another hello first", hello -> hello.first = hello.another().bytes()));
        all.add(odd("a request to begin first", hello -> hello.behind = Bytes.of(0, 0, 0, 0)));
        all.add(odd("a hello of SSL 2", hello -> hello.records = message -> oldHello(hello, 0x0303)));
        all.add(odd("a hello of SSL 2, version 2", hello -> hello.records = message -> oldHello(hello, 0x0002)));
        all.add(odd("a hello of SSL 2 first", hello -> hello.first = oldHello(hello, 0x0303)));
        all.add(odd(
                "a header of PROXY first",
                hello -> hello.first = Bytes.latin1("PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n")));
        all.add(odd(
                "a request in plain text",
                hello -> hello.first = Bytes.latin1("GET / HTTP/1.1\r\nHost: " + hello.name + "\r\n\r\n")));
        return all;
    }

    private static byte[] cut(Hello hello, byte[] message, IntUnaryOperator size) {
        byte[] records = new byte[0];
        for (int at = 0; at < message.length; ) {
            int next = Math.min(message.length, at + size.applyAsInt(at));
            records = Bytes.join(records, hello.oneRecord(Arrays.copyOfRange(message, at, next)));
            at = next;
        }
        return records;
    }

    private static byte[] between(Hello hello, byte[] message, int type, byte[] payload) {
        int half = message.length / 2;
        return Bytes.join(
                hello.oneRecord(Arrays.copyOf(message, half)),
                hello.record(type, payload),
                hello.oneRecord(Arrays.copyOfRange(message, half, message.length)));
    }

    private static byte[] empty(Hello hello, int count) {
        byte[][] records = new byte[count][];
        Arrays.fill(records, hello.oneRecord(new byte[0]));
        return Bytes.join(records);
    }

    /** RFC 5246, appendix E.2. */
    private static byte[] oldHello(Hello hello, int version) {
        byte[] ciphers = Bytes.of(0, 0, 0x2f, 0, 0, 0x9c, 0, 0xc0, 0x2f);
        byte[] body = Bytes.join(
                Bytes.of(1),
                Bytes.uint16(version, ciphers.length, 0, 16),
                ciphers,
                Arrays.copyOf(hello.clientRandom, 16));
        return Bytes.join(Bytes.uint16(0x8000 | body.length), body);
    }

    private static Oddity<Hello> odd(String name, Consumer<Hello> change) {
        return new Oddity<>(name, change);
    }
}
