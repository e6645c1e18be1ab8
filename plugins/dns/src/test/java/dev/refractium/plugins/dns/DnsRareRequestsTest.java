package dev.refractium.plugins.dns;

import dev.refractium.api.Protocol;
import dev.refractium.testkit.HealthSample;
import dev.refractium.testkit.ProtocolContract;
import dev.refractium.testkit.Sample;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Key exchange, notifications of what is not a zone, cookies and stateful operations. Spaces in hex are for reading. */
class DnsRareRequestsTest extends ProtocolContract {
    private static final String NAME = "01 61 04 74657374 00";
    private static final String KEY = "00f9 00ff 00000000 0003 010203";
    private static final String OPT = "00 0029 1000 00000000";
    private static final String HEADER_OF_COOKIE = "241a 0100 0000 0000 0000 0001";
    private static final String COOKIE = "000a 0008 0102030405060708";
    private static final String HEADER_OF_OPERATION = "241a 3000 0000 0000 0000 0000";
    private static final String KEEPALIVE = "0001 0008 00003a98 00003a98";

    @Override
    protected Protocol protocol() {
        return new DnsProtocol();
    }

    @Override
    protected List<HealthSample> healthSamples() {
        return new DnsProtocolTest().healthSamples();
    }

    @Override
    protected List<Sample> samples() {
        return Stream.of(keys(), notifications(), cookies(), padded(), operations())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Sample> keys() {
        String question = NAME + "00f9 00ff";
        return overBoth(
                match("TKEY", "241a 0000 0001 0000 0000 0001" + question + NAME + KEY)
                        .with("qname", "a.test"),
                match(
                                "TKEY by a pointer, and EDNS",
                                "241a 0000 0001 0000 0000 0002" + question + "c00c" + KEY + OPT + "0000")
                        .with("qname", "a.test"),
                match("TKEY as an answer", "241a 0000 0001 0001 0000 0000" + question + "c00c" + KEY)
                        .with("qname", "a.test"),
                refused(
                        "TKEY cut short",
                        "241a 0000 0001 0000 0000 0001" + question + NAME + KEY.substring(0, 26),
                        42));
    }

    private static List<Sample> notifications() {
        return overBoth(
                match("NOTIFY of CDS", "241a 2400 0001 0000 0000 0000" + NAME + "003b 0001")
                        .with("qname", "a.test"),
                match("NOTIFY of CSYNC", "241a 2400 0001 0000 0000 0001" + NAME + "003e 0001" + OPT + "0000")
                        .with("qname", "a.test"),
                refused("NOTIFY of DNSKEY", "241a 2400 0001 0000 0000 0000" + NAME + "0030 0001", 24),
                refused("UPDATE of CDS", "241a 2800 0001 0000 0000 0000" + NAME + "003b 0001", 24));
    }

    private static List<Sample> cookies() {
        return overBoth(
                match("a client's cookie", HEADER_OF_COOKIE + OPT + "000c" + COOKIE),
                match("a server's cookie, too", HEADER_OF_COOKIE + OPT + "001c 000a 0018" + "2a".repeat(24)),
                match("a cookie and padding", HEADER_OF_COOKIE + OPT + "0012" + COOKIE + "000c 0002 0000"),
                refused("no cookie", HEADER_OF_COOKIE + OPT + "0000", 23),
                refused("half a cookie", HEADER_OF_COOKIE + OPT + "0008 000a 0004 01020304", 31),
                refused("another option", HEADER_OF_COOKIE + OPT + "000c 0003 0008 0102030405060708", 35),
                refused(
                        "a cookie longer than the record",
                        HEADER_OF_COOKIE + OPT + "000c 000a 0010 0102030405060708",
                        35),
                refused("a cookie and a byte", HEADER_OF_COOKIE + OPT + "000c" + COOKIE + "00", 23),
                refused("a key and no question", HEADER_OF_COOKIE + "00" + KEY + "000000000000000000", 23),
                refused("no question and an answer", "241a 0100 0000 0001 0000 0001" + OPT + "000c" + COOKIE, 8),
                refused("no question and no record", "241a 0100 0000 0000 0000 0000" + OPT + "000c" + COOKIE, 12),
                refused(
                        "no question and bits of an answer",
                        "241a 0580 0000 0000 0000 0001" + OPT + "000c" + COOKIE,
                        6),
                refused("an update of no zone", "241a 2800 0000 0000 0000 0001" + OPT + "000c" + COOKIE, 6),
                refused("a notification of nothing", "241a 2400 0000 0000 0000 0001" + OPT + "000c" + COOKIE, 6));
    }

    /** As dnscrypt-proxy asks for certificates: its padding is an OPT record without the type. */
    private static List<Sample> padded() {
        String asked = "241a 0100 0001 0000 0000 0001" + NAME + "0010 0001";
        String untyped = "00 0000 0000 00000000";
        return overBoth(
                match(
                                "padding of 450 in a record without a type",
                                asked + untyped + "01c6 000c 01c2" + "00".repeat(450))
                        .with("qname", "a.test"),
                match("padding of 1470", asked + untyped + "05c2 000c 05be" + "00".repeat(1470))
                        .with("qname", "a.test"),
                match(
                                "two options in a record of a private type",
                                asked + "00 ff01 0000 00000000 000a 000c 0001 00 fde9 0001 2a")
                        .with("qname", "a.test"),
                refused("no option in a record without a type", asked + untyped + "0000", 35),
                refused("an option that is cut", asked + untyped + "0006 000c 0004 0000", 41),
                refused("half an option behind one", asked + untyped + "0007 000c 0001 00 000c", 42),
                refused("padding with a name", asked + "01 61 00 0000 0000 00000000 0005 000c 0001 00", 37),
                refused(
                        "padding and another record",
                        asked.replace("0000 0001" + NAME, "0000 0002" + NAME) + untyped + "0005 000c 0001 00" + OPT
                                + "0000",
                        35),
                refused("padding and another byte", asked + untyped + "0005 000c 0001 00 00", 35));
    }

    private static List<Sample> operations() {
        return List.of(
                refused("Cassandra's OPTIONS, which waits for an answer", "0400 0000 0500 00 0000", 8),
                overTcp(match("keepalive", HEADER_OF_OPERATION + KEEPALIVE)),
                overTcp(match("a subscription", HEADER_OF_OPERATION + "0040 000c" + NAME + "0001 0001")),
                overTcp(match("keepalive and padding", HEADER_OF_OPERATION + KEEPALIVE + "0003 0002 0000")),
                overTcp(refused("a response", "241a b000 0000 0000 0000 0000" + KEEPALIVE, 3)),
                overTcp(refused("recursion desired", "241a 3100 0000 0000 0000 0000" + KEEPALIVE, 3)),
                overTcp(refused("an error", "241a 3001 0000 0000 0000 0000" + KEEPALIVE, 4)),
                overTcp(refused("a question", "241a 3000 0001 0000 0000 0000" + NAME + "0006 0001", 6)),
                overTcp(refused("a TLV too long", HEADER_OF_OPERATION + "0001 0009 00003a98 00003a98", 16)),
                overTcp(refused("half a TLV", HEADER_OF_OPERATION + KEEPALIVE + "0003 00", 16)),
                refused("over UDP", HEADER_OF_OPERATION + KEEPALIVE, 24).overUdp(),
                Sample.needsMore(
                        "half an operation",
                        overTcp(match("", HEADER_OF_OPERATION + KEEPALIVE))
                                .text()
                                .substring(0, 20)));
    }

    private static List<Sample> overBoth(Sample... samples) {
        return Arrays.stream(samples)
                .flatMap(sample -> Stream.of(overTcp(sample), sample.overUdp()))
                .toList();
    }

    private static Sample overTcp(Sample sample) {
        return DnsProtocolTest.overTcp(sample);
    }

    private static Sample match(String name, String hex) {
        return Sample.match(name, bytes(hex));
    }

    private static Sample refused(String name, String hex, int by) {
        return Sample.noMatch(name, bytes(hex)).by(by);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
