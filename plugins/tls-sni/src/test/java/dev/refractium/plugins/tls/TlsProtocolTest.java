package dev.refractium.plugins.tls;

import static dev.refractium.plugins.tls.Hello.hello;
import static dev.refractium.plugins.tls.Hello.inRecords;
import static dev.refractium.plugins.tls.Hello.join;
import static dev.refractium.plugins.tls.Hello.name;
import static dev.refractium.plugins.tls.Hello.nameList;
import static dev.refractium.plugins.tls.Hello.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Identification;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.testkit.BytesPeek;
import dev.refractium.testkit.HealthSample;
import dev.refractium.testkit.ProtocolContract;
import dev.refractium.testkit.Sample;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TlsProtocolTest extends ProtocolContract {
    private static final byte[] EMPTY_RECORD = {0x16, 3, 1, 0, 0};

    @Override
    protected Protocol protocol() {
        return new TlsProtocol();
    }

    @Override
    protected List<HealthSample> healthSamples() {
        return List.of(
                HealthSample.alive("a ServerHello", "\26\3\3\0\172\2\0\0\166\3\3"),
                HealthSample.alive("a request for a name", "\25\3\3\0\2\2\160"),
                HealthSample.needsMore("half a record", "\26\3\3\0\172"),
                HealthSample.foreign("another message", "\26\3\3\0\172\1"),
                HealthSample.foreign("an alert of no level", "\25\3\3\0\2\3"),
                HealthSample.foreign("a long alert", "\25\3\3\0\3"),
                HealthSample.foreign("HTTP", "HTTP/1.1 400 Bad Request\r\n"));
    }

    /** A server that is chosen by its name sees the check as any client's hello. */
    @Test
    void theHelloOfAHealthCheckIsAHello() {
        byte[] named = protocol()
                .healthCheck(Transport.TCP, Map.of("sni", "www.example.org"))
                .orElseThrow()
                .opening();
        byte[] nameless =
                protocol().healthCheck(Transport.TCP, Map.of()).orElseThrow().opening();

        assertThat(protocol().identify(BytesPeek.tcp(named)).attributes())
                .isEqualTo(Map.of("sni", List.of("www.example.org")));
        assertThat(protocol().identify(BytesPeek.tcp(nameless)).verdict()).isEqualTo(Identification.Verdict.MATCH);
    }

    @Override
    protected List<Sample> samples() {
        return Stream.of(hellos(), names(), oddNames(), malformed(), records(), neighbours())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Sample> hellos() {
        return List.of(
                Sample.match(
                                "name and protocols",
                                hello().sni("a.test").alpn("h2", "http/1.1").bytes())
                        .with("sni", "a.test")
                        .with("alpn", "h2", "http/1.1"),
                Sample.match(
                                "name last",
                                hello().extension(51, new byte[900])
                                        .sni("a.test")
                                        .bytes())
                        .with("sni", "a.test"),
                Sample.match(
                                "a validation of ACME",
                                hello().sni("a.test").alpn("acme-tls/1").bytes())
                        .with("sni", "a.test")
                        .with("alpn", "acme-tls/1"),
                Sample.match(
                                "acme-tls/1 beside another",
                                hello().alpn("acme-tls/1", "h2").bytes())
                        .with("alpn", "acme-tls\\x2f1", "h2"),
                Sample.match(
                                "acme-tls/1 twice",
                                hello().alpn("acme-tls/1", "acme-tls/1").bytes())
                        .with("alpn", "acme-tls\\x2f1", "acme-tls\\x2f1"),
                Sample.match("no name", hello().alpn("dot").bytes()).with("alpn", "dot"),
                Sample.match("no extension", hello().bytes()),
                Sample.match(
                        "no extensions, as SSL 3 has it",
                        hello().withoutExtensions().bytes()),
                Sample.match(
                                "encrypted hello",
                                hello().sni("outer.test")
                                        .extension(0xfe0d, new byte[8])
                                        .bytes())
                        .with("sni", "outer.test")
                        .with("ech", "present"),
                Sample.match(
                                "GREASE",
                                hello().extension(0x1a1a, new byte[0])
                                        .sni("a.test")
                                        .alpn("\u001a\u001a", "h2")
                                        .bytes())
                        .with("sni", "a.test")
                        .with("alpn", "\\x1a\\x1a", "h2"),
                Sample.match("no session id", hello().sessionId(0).sni("a.test").bytes())
                        .with("sni", "a.test"),
                Sample.match("early data follows", join(hello().sni("a.test").bytes(), new byte[] {0x17, 3, 3, 0, 1, 0
                        }))
                        .with("sni", "a.test"),
                Sample.recognised("six bytes", Arrays.copyOf(hello().bytes(), 6)),
                Sample.recognised(
                        "all but one byte", allButLast(hello().sni("a.test").bytes())),
                Sample.needsMore("a record header", Arrays.copyOf(hello().bytes(), 5)));
    }

    private static List<Sample> names() {
        return List.of(
                Sample.match(
                                "upper case, a dot at the end",
                                hello().sni("WWW.A.Test.").bytes())
                        .with("sni", "www.a.test"),
                Sample.match("an A-label", hello().sni("xn--bcher-kva.test").bytes())
                        .with("sni", "xn--bcher-kva.test"),
                Sample.match("an underscore", hello().sni("my_app.test").bytes())
                        .with("sni", "my_app.test"),
                Sample.unreadable("NUL", hello().sni("a.test\0.b.test").bytes()),
                Sample.match("an IPv4 address", hello().sni("192.0.2.7").bytes())
                        .with("sni", "192.0.2.7"),
                Sample.unreadable(
                        "neither ASCII nor UTF-8",
                        hello().sni("b\u00fccher.test").bytes()),
                Sample.unreadable(
                        "a wide letter", hello().sni("\u00ef\u00bd\u0081.test").bytes()),
                Sample.unreadable("a blank", hello().sni("*.test a.test").bytes()),
                Sample.unreadable("a slash", hello().sni("a.test/b").bytes()),
                Sample.unreadable("a word as port", hello().sni("a.test:https").bytes()),
                Sample.unreadable("two ports", hello().sni("a.test:1:2").bytes()),
                Sample.unreadable("a port alone", hello().sni(":443").bytes()),
                Sample.unreadable(
                        "an address of seven groups",
                        hello().sni("1:2:3:4:5:6:7").bytes()),
                Sample.unreadable(
                        "an odd name and a malformed protocol list",
                        hello().sni("*.test").alpn().bytes()),
                Sample.unreadable(
                        "two odd names",
                        hello().extension(0, nameList(join(name("*.test"), name("*.test"))))
                                .bytes()),
                Sample.unreadable(
                        "an odd name twice", hello().sni("*.test").sni("*.test").bytes()),
                Sample.unreadable("bytes after an odd name", longerBy(3, hello().sni("*.test"))),
                Sample.unreadable("a dot alone", hello().sni(".").bytes()),
                Sample.unreadable("a dot first", hello().sni(".a.test").bytes()),
                Sample.unreadable("two dots", hello().sni("a..test").bytes()),
                Sample.unreadable("two dots last", hello().sni("a.test..").bytes()),
                Sample.unreadable(
                        "a name too long", hello().sni("a.".repeat(127) + "a").bytes()),
                Sample.unreadable(
                        "an empty list", hello().extension(0, new byte[2]).bytes()),
                Sample.unreadable(
                        "an empty extension", hello().extension(0, new byte[0]).bytes()),
                Sample.unreadable(
                        "two names",
                        hello().extension(0, nameList(join(name("a.test"), name("b.test"))))
                                .bytes()),
                Sample.unreadable(
                        "another type of name",
                        hello().extension(0, nameList(new byte[] {1, 0, 1, 'a'}))
                                .bytes()),
                Sample.unreadable(
                        "bytes after the list",
                        hello().extension(0, join(nameList(name("a.test")), new byte[1]))
                                .bytes()));
    }

    /** One name that no server can take for a host name, in a hello that is sound. */
    @Override
    protected List<Sample> oddNames() {
        return Stream.of(
                        "",
                        "*.test",
                        "a.test:443",
                        "::1",
                        "2001:db8::7",
                        "1:2:3:4:5:6:7:8",
                        "::ffff:192.0.2.7",
                        "[::1]",
                        "[::1]:443",
                        "b\u00c3\u00bccher.test",
                        "a".repeat(64) + ".test")
                .map(name -> Sample.unreadable(
                        "odd: " + name, hello().sni(name).alpn("h2").bytes()))
                .toList();
    }

    private static List<Sample> malformed() {
        return List.of(
                Sample.unreadable(
                        "two name extensions",
                        hello().sni("a.test").sni("a.test").bytes()),
                Sample.unreadable(
                        "two protocol extensions", hello().alpn("h2").alpn("h2").bytes()),
                Sample.unreadable(
                        "two of a type above 63",
                        hello().extension(0xff01, new byte[1])
                                .sni("a.test")
                                .extension(0xff01, new byte[1])
                                .bytes()),
                Sample.unreadable("an empty protocol", hello().alpn("h2", "").bytes()),
                Sample.unreadable("no protocol", hello().alpn().bytes()),
                Sample.unreadable(
                        "a protocol cut short",
                        hello().extension(16, new byte[] {0, 3, 9, 'h', '2'}).bytes()),
                Sample.unreadable(
                        "an extension cut short",
                        hello().sni("a.test")
                                .junk((byte) 0, (byte) 43, (byte) 0, (byte) 9)
                                .bytes()),
                Sample.unreadable(
                        "half an extension header",
                        hello().sni("a.test")
                                .junk((byte) 0, (byte) 43, (byte) 0)
                                .bytes()),
                Sample.unreadable("bytes after the extensions", longerBy(3, hello().sni("a.test"))),
                Sample.unreadable("a session id too long", hello().sessionId(33).bytes()),
                Sample.unreadable("no cipher", hello().ciphers(0).bytes()),
                Sample.unreadable("half a cipher", hello().ciphers(3).bytes()),
                Sample.unreadable("no compression", hello().compressions(0).bytes()),
                Sample.unreadable("version 2", hello().version(2).bytes()),
                Sample.unreadable("a hello of a few bytes", new byte[] {0x16, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3}),
                Sample.unreadable("an empty hello", new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0}),
                Sample.unreadable("a hello of 64 KiB", new byte[] {0x16, 3, 1, 64, 0, 1, 1, 0, 0}));
    }

    private static List<Sample> records() {
        byte[] message = hello().sni("a.test").alpn("h2").message();
        int half = message.length / 2;
        byte[] first = record(message, 0, half);
        byte[] second = record(message, half, message.length);
        return List.of(
                named("two records", join(first, second)),
                named("one byte in each record", inRecords(message, at -> 1)),
                named("three bytes in each record", inRecords(message, at -> 3)),
                named("empty records between", join(first, EMPTY_RECORD, EMPTY_RECORD, second)),
                named("an empty record first", join(EMPTY_RECORD, first, second)),
                named("32 empty records", join(repeat(EMPTY_RECORD, 32), first, second)),
                Sample.unreadable("33 empty records", join(first, repeat(EMPTY_RECORD, 33), second)),
                Sample.noMatch("33 empty records first", join(repeat(EMPTY_RECORD, 33), first, second))
                        .by(165),
                Sample.unreadable("an alert inside", join(first, new byte[] {0x15, 3, 1, 0, 2, 1, 0}, second)),
                Sample.unreadable("no TLS record inside", join(first, new byte[] {0x16, 2, 1, 0, 2, 1, 0}, second)),
                Sample.unreadable("a record too long inside", join(first, new byte[] {0x16, 3, 1, 0x40, 1, 1, 0})),
                Sample.unreadable(
                        "a second message in the record", record(join(message, new byte[4]), 0, message.length + 4)));
    }

    private static List<Sample> neighbours() {
        return List.of(
                Sample.noMatch("an SSL 2 hello", new byte[] {(byte) 0x80, 0x2e, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10})
                        .by(1),
                Sample.noMatch("an alert", new byte[] {0x15, 3, 1, 0, 2, 1, 0}).by(1),
                Sample.noMatch("a server's hello", new byte[] {0x16, 3, 3, 0, 90, 2, 0, 0, 86})
                        .by(6),
                Sample.noMatch("DTLS", new byte[] {0x16, (byte) 0xfe, (byte) 0xff, 0, 0, 0})
                        .by(2),
                Sample.noMatch("a record too long", new byte[] {0x16, 3, 1, 0x41, 0, 1})
                        .by(4),
                Sample.noMatch("a record too long by one", new byte[] {0x16, 3, 1, 0x40, 1, 1})
                        .by(5),
                Sample.noMatch("HTTP", Hello.latin1("GET / HTTP/1.1\r\n")).by(1),
                Sample.noMatch("SSH", Hello.latin1("SSH-2.0-x\r\n")).by(1));
    }

    @Test
    void echHasOneValue() {
        Protocol tls = new TlsProtocol();

        assertThat(tls.normalForm("ech", "present")).isEqualTo("present");
        assertThat(tls.normalForm("alpn", "H2")).as("case counts").isEqualTo("H2");
        assertThatThrownBy(() -> tls.normalForm("ech", "yes")).hasMessageContaining("write \"present\"");
    }

    private static Sample named(String name, byte[] bytes) {
        return Sample.match(name, bytes).with("sni", "a.test").with("alpn", "h2");
    }

    private static byte[] allButLast(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length - 1);
    }

    /** The message says that it is longer, and it is, while its extensions say nothing of it. */
    private static byte[] longerBy(int extra, Hello hello) {
        byte[] message = join(hello.message(), new byte[extra]);
        message[3] += (byte) extra;
        return record(message, 0, message.length);
    }

    private static byte[] repeat(byte[] bytes, int times) {
        byte[] all = new byte[0];
        for (int i = 0; i < times; i++) {
            all = join(all, bytes);
        }
        return all;
    }
}
