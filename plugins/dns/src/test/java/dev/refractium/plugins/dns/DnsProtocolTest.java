package dev.refractium.plugins.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.testkit.Asking;
import dev.refractium.testkit.BytesPeek;
import dev.refractium.testkit.HealthSample;
import dev.refractium.testkit.ProtocolContract;
import dev.refractium.testkit.Sample;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DnsProtocolTest extends ProtocolContract {
    private static final int QUERY = 0x0100;
    private static final int NOTIFY = 0x2400;
    private static final int UPDATE = 0x2800;
    private static final String NETBIOS = " FHEPFCELEHFCEPFFFACACACACACACABN\0";

    private static final byte[] OPT = bytes(0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0);
    private static final byte[] SOA = join(name("a.test"), bytes(0, 6, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0));
    private static final byte[] TSIG = join(name("key"), bytes(0, 250, 0, 255, 0, 0, 0, 0, 0, 3, 1, 2, 3));
    private static final byte[] POINTED = bytes(0xc0, 12, 0, 1, 0, 255, 0, 0, 0, 0, 0, 0);

    @Override
    protected Protocol protocol() {
        return new DnsProtocol();
    }

    @Override
    protected List<HealthSample> healthSamples() {
        return List.of(
                overTcp("an answer", HealthCheck.Verdict.ALIVE, 0x8180),
                overTcp("refused", HealthCheck.Verdict.ALIVE, 0x8185),
                overTcp("a failure", HealthCheck.Verdict.FAILING, 0x8182),
                overTcp("a question", HealthCheck.Verdict.FOREIGN, 0x0100),
                HealthSample.foreign("HTTP", "HTTP/1.1 400 Bad Request\r\n"),
                HealthSample.foreign("no room for a header", "\0\5"),
                overUdp("an answer", HealthCheck.Verdict.ALIVE, 0, 0x8180),
                overUdp("no such name", HealthCheck.Verdict.ALIVE, 0, 0x8183),
                overUdp("a failure", HealthCheck.Verdict.FAILING, 0, 0x8182),
                overUdp("a question is no answer", HealthCheck.Verdict.NEED_MORE, 0, 0x0100),
                overUdp("a forged answer", HealthCheck.Verdict.NEED_MORE, 1, 0x8180));
    }

    private static HealthSample overTcp(String name, HealthCheck.Verdict verdict, int flags) {
        return HealthSample.of(name, verdict, sent -> {
            sent[4] = (byte) (flags >> 8);
            sent[5] = (byte) flags;
            return sent;
        });
    }

    /** @param off how far the number of the answer is off that of the question */
    private static HealthSample overUdp(String name, HealthCheck.Verdict verdict, int off, int flags) {
        return HealthSample.of(name, verdict, sent -> {
                    sent[1] += (byte) off;
                    sent[2] = (byte) (flags >> 8);
                    sent[3] = (byte) flags;
                    return sent;
                })
                .overUdp();
    }

    @Test
    void theQuestionOfAHealthCheckIsAQuestion() {
        for (Transport transport : Transport.values()) {
            byte[] named = protocol()
                    .healthCheck(transport, Map.of("qname", "www.example.org"))
                    .orElseThrow()
                    .opening();

            assertThat(protocol().identify(BytesPeek.of(transport, named)).attributes())
                    .isEqualTo(Map.of("qname", List.of("www.example.org")));
        }
    }

    @Override
    protected List<Sample> samples() {
        Stream<Sample> overBoth = Stream.concat(requests().stream(), malformed().stream())
                .flatMap(sample -> Stream.of(overTcp(sample), sample.overUdp()));
        Stream<Sample> overOne = Stream.concat(overTcpAlone().stream(), neighbours().stream());
        return Stream.concat(overBoth, overOne).toList();
    }

    private static List<Sample> requests() {
        return List.of(
                asking("a.test", "a.test", 1),
                asking("upper case", "WWW.A.Test", 28).with("qname", "www.a.test"),
                asking("the root", "", 2).with("qname", "."),
                asking("a service", "_xmpp._tcp.a.test", 33),
                asking("any type that there is", "a.test", 65_535).with("qname", "a.test"),
                asking("a long label", "a".repeat(63) + ".test", 1),
                Sample.match(
                                "bytes that are no letters",
                                request(QUERY, 0, 0, 0, join(bytes(5, 'a', '.', 0xff, '\\', ' ', 0), question(1))))
                        .with("qname", "a\\046\\255\\092\\032"),
                Sample.match("EDNS", request(QUERY, 0, 0, 1, join(name("a.test"), question(1), OPT)))
                        .with("qname", "a.test"),
                Sample.match("EDNS and TSIG", request(QUERY, 0, 0, 2, join(name("a.test"), question(1), OPT, TSIG)))
                        .with("qname", "a.test"),
                Sample.match("IXFR", request(QUERY, 0, 1, 0, join(name("a.test"), question(251), SOA)))
                        .with("qname", "a.test"),
                Sample.match(
                                "bits that a query must not set",
                                request(0x0143, 0, 0, 0, join(name("a.test"), question(1))))
                        .with("qname", "a.test"),
                Sample.match("an answer in a query", request(QUERY, 1, 0, 0, join(name("a.test"), question(1), SOA)))
                        .with("qname", "a.test"),
                Sample.match(
                                "services with a long name",
                                request(
                                        QUERY,
                                        0,
                                        0,
                                        0,
                                        join(name("_" + "a".repeat(31) + "._tcp.a.test"), question(33))))
                        .with("qname", "_" + "a".repeat(31) + "._tcp.a.test"),
                Sample.match("NOTIFY", request(NOTIFY, 1, 0, 0, join(name("a.test"), question(6), SOA)))
                        .with("qname", "a.test"),
                Sample.match(
                                "UPDATE",
                                request(
                                        UPDATE,
                                        1,
                                        2,
                                        1,
                                        join(name("a.test"), question(6), POINTED, POINTED, SOA, TSIG)))
                        .with("qname", "a.test"));
    }

    private static List<Sample> malformed() {
        byte[] asked = join(name("a.test"), question(1));
        return List.of(
                refused("a response", request(0x8180, 0, 0, 0, asked), 3),
                refused("an opcode that is not in use", request(0x3800, 0, 0, 0, asked), 3),
                refused("three additional records", request(QUERY, 0, 0, 3, join(asked, OPT, OPT, OPT)), 12),
                refused("an additional record of another type", request(QUERY, 0, 0, 1, join(asked, SOA)), 42),
                refused("OPT with a name", request(QUERY, 0, 0, 1, join(asked, bytes(1, 'a'), OPT)), 37),
                refused(
                        "OPT by a pointer",
                        request(QUERY, 0, 0, 1, join(asked, bytes(0xc0, 12, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0))),
                        36),
                refused("a byte after the question", request(QUERY, 0, 0, 0, join(asked, bytes(0))), 24),
                refused("a record that is missing", request(QUERY, 0, 0, 1, asked), 24),
                refused("a record cut short", request(QUERY, 0, 0, 1, join(asked, bytes(0, 0, 41))), 25),
                refused(
                        "data beyond the end",
                        request(QUERY, 0, 0, 1, join(asked, bytes(0, 0, 41, 0, 0, 0, 0, 0, 0, 0, 1))),
                        35),
                refused(
                        "a pointer in the question",
                        request(QUERY, 0, 0, 0, join(bytes(0xc0, 12, 0, 0), question(1))),
                        13),
                refused("a label of 64", request(QUERY, 0, 0, 0, join(name("a".repeat(64)), question(1))), 13),
                refused(
                        "a name of 257",
                        request(
                                QUERY,
                                0,
                                0,
                                0,
                                join(name("a".repeat(63) + ("." + "a".repeat(63)).repeat(3)), question(1))),
                        205),
                refused("a name without end", request(QUERY, 0, 0, 0, bytes(9, 'a', 'b', 'c', 'd', 'e')), 13),
                refused("type 0", request(QUERY, 0, 0, 0, join(name("a.test"), question(0))), 24),
                refused("a class of no use", request(QUERY, 0, 0, 0, join(name("a.test"), bytes(0, 1, 0x80, 1))), 24),
                refused("NOTIFY of an address", request(NOTIFY, 0, 0, 0, asked), 24),
                refused("UPDATE of an address", request(UPDATE, 0, 0, 0, asked), 24),
                refused(
                        "a pointer forward",
                        request(UPDATE, 0, 1, 0, join(name("a.test"), question(6), bytes(0xc0, 24), POINTED)),
                        36),
                refused("NetBIOS name", request(0x0110, 0, 0, 0, join(latin1(NETBIOS), question(32))), 50),
                refused("NetBIOS status", request(0, 0, 0, 0, join(latin1(NETBIOS), question(33))), 50),
                refused(
                        "NetBIOS status with a damaged name",
                        request(
                                0,
                                0,
                                0,
                                0,
                                join(latin1(NETBIOS.replace('P', 'p').replace('C', '\u0003')), question(33))),
                        50),
                refused(
                        "NetBIOS registration",
                        request(0x2910, 0, 0, 1, join(latin1(NETBIOS), question(32), POINTED)),
                        50));
    }

    private static List<Sample> overTcpAlone() {
        byte[] request = request(QUERY, 0, 0, 0, join(name("a.test"), question(1)));
        byte[] message = join(bytes(0, request.length), request);
        return List.of(
                Sample.match("pipelined", join(message, message)).with("qname", "a.test"),
                Sample.needsMore("a length", bytes(0, 40)),
                Sample.needsMore("all but the last byte", Arrays.copyOf(message, message.length - 1)),
                Sample.noMatch("more than 16 KiB", bytes(0x40, 1, 0, 0)).by(2),
                Sample.noMatch("a length of nothing", bytes(0, 16, 1, 2)).by(2),
                Sample.noMatch("a length too short", join(bytes(0, 23), request))
                        .by(22),
                Sample.noMatch("a length too long", join(bytes(0, 25), request)).by(26),
                Sample.noMatch("TLS", bytes(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3))
                        .by(9),
                Sample.noMatch("HTTP", latin1("GET / HTTP/1.1\r\n")).by(1),
                Sample.noMatch("SSH", latin1("SSH-2.0-OpenSSH_9.7\r\n")).by(1));
    }

    private static List<Sample> neighbours() {
        return List.of(
                udp("WireGuard", padded(148, 1, 0, 0, 0)),
                udp("QUIC", padded(1200, 0xc3, 0, 0, 0, 1, 8)),
                udp("STUN", padded(20, 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42)),
                udp("NTP", padded(48, 0x1b)),
                udp("NTP, polling", padded(48, 0x23, 0, 6, 0xec)),
                udp("DHCP", padded(300, 1, 1, 6, 0, 1, 2, 3, 4)),
                udp("SNMP", latin1("0&\2\1\1\4\6public\u00a0\u0019\2\4\0\0\0\1\2\1\0\2\1\0")),
                udp("zeroes", padded(128)),
                udp("a header alone", padded(12, 0, 1, 1, 0, 0, 1)),
                udp("one byte", bytes(0)));
    }

    @Test
    void aRequestMayBeRepeatedAsClientsDoThemselves() {
        assertThat(new DnsProtocol().isRepeatable()).isTrue();
    }

    @Test
    void aRequestHasOneAnswer() {
        assertThat(new DnsProtocol().responses()).isOne();
    }

    @Test
    void workIsLinearHoweverManyLabelsAndRecordsThereAre() {
        String labels = IntStream.range(0, 126)
                .mapToObj(i -> "a")
                .reduce((a, b) -> a + "." + b)
                .orElseThrow();
        byte[] zone = join(name(labels), question(6));
        byte[] update = request(
                UPDATE,
                0,
                400,
                0,
                join(zone, join(IntStream.range(0, 400).mapToObj(i -> POINTED).toArray(byte[][]::new))));
        byte[] stream = join(bytes(update.length >> 8, update.length & 0xff), update);

        for (int size : new int[] {1, 2, 3, 12, 100}) {
            Asking asking = Asking.inPieces(new DnsProtocol(), stream, at -> size);

            assertThat(asking.answer().verdict()).isEqualTo(Verdict.MATCH);
            assertThat(asking.isLinear()).as("%s", asking).isTrue();
        }
    }

    private static Sample asking(String what, String name, int type) {
        byte[] request = request(QUERY, 0, 0, 0, join(name(name), question(type)));
        return Sample.match(what, request).with("qname", name);
    }

    private static Sample refused(String name, byte[] request, int by) {
        return Sample.noMatch(name, request).by(by);
    }

    private static Sample udp(String name, byte[] datagram) {
        return Sample.noMatch(name, datagram).overUdp();
    }

    /** The same request with its length before it. */
    static Sample overTcp(Sample sample) {
        int length = sample.bytes().length;
        String prefix = "" + (char) (length >> 8) + (char) (length & 0xff);
        return new Sample(
                sample.name() + ", over TCP",
                sample.transport(),
                prefix + sample.text(),
                sample.verdict(),
                sample.attributes(),
                sample.by() + 2);
    }

    private static byte[] request(int flags, int answers, int authority, int additional, byte[] body) {
        return join(
                bytes(0x24, 0x1a, flags >> 8, flags & 0xff, 0, 1),
                bytes(answers >> 8, answers & 0xff, authority >> 8, authority & 0xff, 0, additional),
                body);
    }

    private static byte[] question(int type) {
        return bytes(type >> 8, type & 0xff, 0, 1);
    }

    private static byte[] name(String name) {
        byte[] encoded = new byte[0];
        for (String label : name.isEmpty() ? new String[0] : name.split("\\.")) {
            encoded = join(encoded, bytes(label.length()), latin1(label));
        }
        return join(encoded, bytes(0));
    }

    private static byte[] padded(int length, int... first) {
        return Arrays.copyOf(bytes(first), length);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
