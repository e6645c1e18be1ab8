package dev.refractium.plugins.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Protocol;
import dev.refractium.testkit.Asking;
import dev.refractium.testkit.BytesPeek;
import dev.refractium.testkit.HealthSample;
import dev.refractium.testkit.ProtocolContract;
import dev.refractium.testkit.Sample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProtocolTest extends ProtocolContract {
    private static final String GET = "GET / HTTP/1.1\r\n";

    @Override
    protected Protocol protocol() {
        return new HttpProtocol();
    }

    @Override
    protected List<HealthSample> healthSamples() {
        return List.of(
                HealthSample.alive("200", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"),
                HealthSample.alive("no reason", "HTTP/1.0 404\r\n\r\n"),
                HealthSample.alive("HEAD is not known", "HTTP/1.1 501 Not Implemented\r\n\r\n"),
                HealthSample.needsMore("half a status", "HTTP/1.1 20"),
                HealthSample.failing("overloaded", "HTTP/1.1 503 Service Unavailable\r\n\r\n"),
                HealthSample.failing("broken", "HTTP/1.1 500 Internal Server Error\r\n\r\n"),
                HealthSample.foreign("no such status", "HTTP/1.1 999 x\r\n\r\n"),
                HealthSample.foreign("HTTP/2", "\0\0\6\4\0\0\0\0\0"),
                HealthSample.foreign("SSH", "SSH-2.0-x\r\n"));
    }

    @Override
    protected List<Sample> samples() {
        return Stream.of(
                        requests(),
                        unregistered(),
                        hosts(),
                        oddNames(),
                        ambiguities(),
                        lineFeeds(),
                        targets(),
                        foldedLines(),
                        neighbours())
                .flatMap(List::stream)
                .toList();
    }

    /** Methods that no registry has and products send. */
    private static List<Sample> unregistered() {
        return Stream.of("LIST", "RDG_IN_DATA", "RDG_OUT_DATA", "BITS_POST", "CCM_POST", "SSTP_DUPLEX_POST", "M-POST")
                .map(method -> Sample.match(method, method + " /x HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"))
                .toList();
    }

    private static List<Sample> requests() {
        return List.of(
                Sample.match("curl", GET + "Host: a.test:8080\r\nUser-Agent: curl/8\r\nAccept: */*\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("a body follows", "POST /f HTTP/1.1\r\nHost: a.test\r\n\r\nHost: b.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("no host, version 1.0", "GET / HTTP/1.0\r\nAccept: */*\r\n\r\n"),
                Sample.match("no header at all", "GET / HTTP/1.0\r\n\r\n"),
                Sample.match("an empty host", GET + "Host:\r\n\r\n"),
                Sample.match("WebDAV", "VERSION-CONTROL /x HTTP/1.1\r\nHost: dav.test\r\n\r\n")
                        .with("host", "dav.test"),
                Sample.match("UPnP", "SUBSCRIBE /evt HTTP/1.1\r\nHOST: 192.0.2.1:1900\r\n\r\n")
                        .with("host", "192.0.2.1"),
                Sample.match("a target in UTF-8", "GET /\u00c3\u00a4 HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("NUL in another header's value", GET + "X: a\0b\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.recognised("the version is there", "GET / HTTP/1.1"),
                Sample.recognised("the empty line has begun", "GET / HTTP/1.1\r\nHost: a.test\r\n\r"),
                Sample.needsMore("half a method", "PROPF"),
                Sample.needsMore("half a target", "GET /index"),
                Sample.needsMore("half a version", "GET / HTT"),
                Sample.needsMore("half a preface", "PRI * HTTP/2.0\r\n\r\nSM"),
                Sample.unreadable("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"));
    }

    private static List<Sample> hosts() {
        return List.of(
                Sample.match("upper case", GET + "hOST:A.Test.\r\n\r\n").with("host", "a.test"),
                Sample.match("spaces and tabs", GET + "Host: \t a.test \t\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("an underscore", GET + "Host: my_app:80\r\n\r\n").with("host", "my_app"),
                Sample.match("IPv6", GET + "Host: [2001:DB8::1]:8080\r\n\r\n").with("host", "[2001:db8::1]"),
                Sample.match("a port with zeros first", GET + "Host: a.test:000080\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("a port of zeros", GET + "Host: a.test:" + "0".repeat(600) + "\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("absolute target", "GET HTTP://A.test:80/x HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("absolute target, version 1.0", "GET http://a.test HTTP/1.0\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.unreadable("absolute target alone", "GET http://a.test HTTP/1.0\r\n\r\n"),
                Sample.match("CONNECT", "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match(
                                "a relative reference in the query",
                                "GET /?u=http://b.test HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.unreadable("two Host lines", GET + "Host: a.test\r\nhost: a.test\r\n\r\n"),
                Sample.unreadable("target and Host differ", "GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n"),
                Sample.unreadable("target and no Host", "GET http://a.test/ HTTP/1.1\r\nHost:\r\n\r\n"),
                Sample.unreadable("CONNECT elsewhere", "CONNECT a.test:443 HTTP/1.1\r\nHost: b.test\r\n\r\n"),
                Sample.unreadable("userinfo in Host", GET + "Host: u@a.test\r\n\r\n"),
                Sample.unreadable("userinfo in the target", "GET http://u@a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"),
                Sample.unreadable("a comma", GET + "Host: a.test, b.test\r\n\r\n"),
                Sample.unreadable("a space inside", GET + "Host: a.test b.test\r\n\r\n"),
                Sample.unreadable("NUL in Host", GET + "Host: a.test\0\r\n\r\n"),
                Sample.unreadable("an empty label", GET + "Host: a..test\r\n\r\n"),
                Sample.unreadable("two dots at the end", GET + "Host: a.test..\r\n\r\n"),
                Sample.unreadable("neither ASCII nor UTF-8", GET + "Host: \u00e4.test\r\n\r\n"),
                Sample.unreadable("a wide letter", GET + "Host: \u00ef\u00bd\u0081.test\r\n\r\n"),
                Sample.unreadable("two odd names", GET + "Host: *.test, *.test\r\n\r\n"),
                Sample.unreadable("two lines of an odd name", GET + "Host: *.test\r\nHost: *.test\r\n\r\n"),
                Sample.unreadable("an odd target and a host", "GET http://*.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"),
                Sample.unreadable("a target and an odd host", "GET http://a.test/ HTTP/1.1\r\nHost: *.test\r\n\r\n"),
                Sample.unreadable("an odd target and another", "GET http://*.test/ HTTP/1.1\r\nHost: *.a.test\r\n\r\n"),
                Sample.unreadable("an odd target and no name", "GET http://*.test/ HTTP/1.1\r\nHost:\r\n\r\n"),
                Sample.unreadable("an odd target and no Host", "GET http://*.test/ HTTP/1.1\r\n\r\n"),
                Sample.unreadable("an odd target alone", "GET http://*.test/ HTTP/1.0\r\n\r\n"),
                Sample.unreadable("an odd name and a port too long", GET + "Host: *.test:0123456\r\n\r\n"),
                Sample.unreadable("IPv6 without brackets", GET + "Host: 2001:db8::1\r\n\r\n"),
                Sample.unreadable("an escape", GET + "Host: a%2etest\r\n\r\n"),
                Sample.unreadable("a port that is no number", GET + "Host: a.test:x\r\n\r\n"),
                Sample.unreadable("a port too long", GET + "Host: a.test:0123456\r\n\r\n"),
                Sample.unreadable("zeros and a letter", GET + "Host: a.test:00x\r\n\r\n"),
                Sample.unreadable("an open bracket", GET + "Host: [::1\r\n\r\n"),
                Sample.unreadable("a name in brackets", GET + "Host: [a.test]\r\n\r\n"),
                Sample.unreadable("a name too long", GET + "Host: " + "a.".repeat(127) + "a\r\n\r\n"));
    }

    /** One name that no server can read as a host name. */
    @Override
    protected List<Sample> oddNames() {
        String umlaut = "b\u00c3\u00bccher.test";
        return List.of(
                Sample.unreadable("an asterisk in Host", GET + "Host: *.test\r\n\r\n"),
                Sample.unreadable("UTF-8 in Host", GET + "Host: " + umlaut + "\r\n\r\n"),
                Sample.unreadable("UTF-8 and a port", GET + "Host: " + umlaut + ":8080\r\n\r\n"),
                Sample.unreadable("a label too long", GET + "Host: " + "a".repeat(64) + "\r\n\r\n"),
                Sample.unreadable("an odd name twice", "GET http://*.test:80/ HTTP/1.1\r\nHost: *.test\r\n\r\n"));
    }

    private static List<Sample> ambiguities() {
        return List.of(
                Sample.match("a name that is no token", GET + "Ho(st): b.test\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.unreadable("a name that is not ASCII", GET + "Ho\u00f4st: b.test\r\nHost: a.test\r\n\r\n"),
                Sample.unreadable("a space before the colon", GET + "Host : a.test\r\n\r\n"),
                Sample.unreadable("a no-break space before the colon", GET + "Host\u00a0: a.test\r\n\r\n"),
                Sample.unreadable("a bare CR in a value", GET + "X: a\rHost: a.test\r\n\r\n"),
                Sample.unreadable("a bare CR in a name", GET + "X\r: a\r\n\r\n"),
                Sample.unreadable("NUL in a name", GET + "Ho\0st: a.test\r\n\r\n"),
                Sample.unreadable("no name", GET + ": a.test\r\n\r\n"),
                Sample.unreadable("no colon", GET + "Host\r\n\r\n"),
                Sample.unreadable("no Host though 1.1", GET + "Accept: */*\r\n\r\n"),
                Sample.unreadable("no Host though 1.2", "GET / HTTP/1.2\r\n\r\n"),
                Sample.unreadable("no Host beside a target", "GET http://a.test/ HTTP/1.1\r\n\r\n"),
                Sample.unreadable("words after the version", "GET / HTTP/1.1 x\r\nHost: a.test\r\n\r\n"),
                Sample.unreadable("a bare CR after the version", "GET / HTTP/1.1\rX: y\r\nHost: a.test\r\n\r\n"),
                Sample.unreadable("a longer version", "GET / HTTP/1.10\r\nHost: a.test\r\n\r\n"));
    }

    /** RFC 9112, section 2.2, lets a server take LF alone for the end of a line, or not. */
    private static List<Sample> lineFeeds() {
        return List.of(
                Sample.match("LF in the body", GET + "Host: a.test\r\n\r\nX: 1\nHost: b.test\n\n")
                        .with("host", "a.test"),
                Sample.unreadable("LF alone everywhere", "GET / HTTP/1.1\nHost: a.test\n\n"),
                Sample.unreadable("LF alone after the request line", "GET / HTTP/1.1\nHost: a.test\r\n\r\n"),
                Sample.unreadable("LF alone in a head that is not whole", GET + "X: 1\nHost: a.test"),
                Sample.unreadable("LF alone before a Host line", GET + "X: 1\nHost: a.test\r\n\r\n"),
                Sample.unreadable("LF alone after a Host line", GET + "Host: a.test\nX: 1\r\n\r\n"),
                Sample.unreadable("an empty line of LF alone", GET + "Host: a.test\r\n\nHost: b.test\r\n\r\n"),
                Sample.unreadable("two heads in one", GET + "X: 1\nHost: a.test\n\r\nHost: b.test\r\n\r\n"),
                Sample.unreadable("LF alone in a folded line", GET + "X: 1\r\n a\nHost: a.test\r\n\r\n"),
                Sample.unreadable("LF alone before the request", "\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
                Sample.unreadable("LF alone between lines", "\r\n\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n"));
    }

    private static List<Sample> targets() {
        return List.of(
                Sample.match("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("two slashes", "GET //b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("a scheme of another kind", "GET ftp://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("CONNECT to an address", "CONNECT [::1]:443 HTTP/1.0\r\n\r\n")
                        .with("host", "[::1]"),
                withTarget("GET", "@b.test/"),
                withTarget("GET", "*"),
                withTarget("GET", "**"),
                withTarget("GET", "*/x"),
                withTarget("OPTIONS", "*/x"),
                withTarget("M-SEARCH", "*"),
                withTarget("GET", "x"),
                withTarget("GET", "a.test:443"),
                withTarget("GET", "?x"),
                withTarget("GET", "?u=http://a.test/"),
                withTarget("GET", "://a.test/"),
                withTarget("GET", "1http://a.test/"),
                withTarget("GET", "http_://a.test/"),
                withTarget("GET", "http:a.test/"),
                withTarget("GET", "http:/a.test/"),
                withTarget("GET", "http:///a.test/"),
                withTarget("GET", "http://a.test?q"),
                withTarget("GET", "http://a.test#f"),
                withTarget("GET", "http://a.test?@b.test/"),
                withTarget("GET", "http://a.test#@b.test/"),
                withTarget("GET", "http://a.test:80?@b.test/"),
                withTarget("GET", "http://a.test\\@b.test/"),
                withTarget("GET", "http://a.test;b.test/"),
                withTarget("GET", "\\\\a.test/"),
                withTarget("CONNECT", "*"),
                withTarget("CONNECT", "/"),
                withTarget("CONNECT", "/x"),
                withTarget("CONNECT", "a.test"),
                withTarget("CONNECT", "a.test:"),
                withTarget("CONNECT", "a.test:443/"),
                withTarget("CONNECT", "[::1]"),
                withTarget("CONNECT", "http://a.test:443"),
                withTarget("CONNECT", "u@a.test:443"));
    }

    /** All of these name the host of the Host line, or none: there are servers that read another. */
    private static Sample withTarget(String method, String target) {
        String line = method + " " + target + " HTTP/1.1";
        return Sample.unreadable(line, line + "\r\nHost: a.test\r\n\r\n");
    }

    private static List<Sample> foldedLines() {
        return List.of(
                Sample.match("a folded line that is no Host line", GET + "Host: a.test\r\nX: a\r\n b: c\r\n\td\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("addresses in folded lines", GET + "Host: a.test\r\nX: a;\r\n\t192.0.2.1:80; ::1\r\n\r\n")
                        .with("host", "a.test"),
                Sample.match("UTF-8 behind a colon", GET + "Host: a.test\r\nX: a\r\n b: \u00c3\u00a4\r\n\r\n")
                        .with("host", "a.test"),
                withFolded(" b.test", "Host: a.test"),
                withFolded("\tX: a"),
                withFolded(" host : b", "X: a"),
                withFolded("\t \thost\t :b", "X: a"),
                withFolded(" \t", "X: a"),
                withFolded(" b\rHost: b", "X: a"),
                withFolded(" Host\u000b: b", "X: a"),
                withFolded(" \u000bHost: b", "X: a"),
                withFolded(" Host\0: b", "X: a"),
                withFolded(" Host\u001f : b", "X: a"),
                withFolded(" Host\u007f: b", "X: a"),
                withFolded(" Host\u0085: b", "X: a"),
                withFolded(" Host\u00a0: b", "X: a"),
                withFolded(" Host\u00e2\u0080\u0083: b", "X: a"));
    }

    private static Sample withFolded(String folded, String... before) {
        String head = String.join("\r\n", before) + (before.length > 0 ? "\r\n" : "") + folded;
        return Sample.unreadable("folded: " + folded.strip(), GET + head + "\r\n" + "host: a.test\r\n\r\n");
    }

    private static List<Sample> neighbours() {
        return List.of(
                Sample.noMatch("RTSP", "OPTIONS rtsp://a.test/ RTSP/1.0\r\nCSeq: 1\r\n\r\n")
                        .by(24),
                Sample.noMatch("RTSP's own verb", "DESCRIBE rtsp://a.test/ RTSP/1.0\r\n")
                        .by(3),
                Sample.noMatch("SIP", "OPTIONS sip:a@a.test SIP/2.0\r\n").by(22),
                Sample.noMatch("SIP's own verb", "INVITE sip:a@a.test SIP/2.0\r\n")
                        .by(1),
                Sample.noMatch("SIP, subscribing", "SUBSCRIBE sip:a@a.test SIP/2.0\r\n")
                        .by(24),
                Sample.noMatch("ICAP", "OPTIONS icap://a.test/ ICAP/1.0\r\n").by(24),
                Sample.noMatch("HTTP/0.9", "GET /\r\n").by(6),
                Sample.noMatch("HTTP/2 in a request line", "GET / HTTP/2.0\r\n").by(12),
                Sample.noMatch("HTTP/1 with a letter", "GET / HTTP/1.x\r\n").by(14),
                Sample.noMatch("two spaces", "GET  / HTTP/1.1\r\n").by(5),
                Sample.noMatch("a tab", "GET\t/ HTTP/1.1\r\n").by(4),
                Sample.noMatch("lower case", "get / HTTP/1.1\r\n").by(1),
                Sample.noMatch("an unknown method", "HELLO / HTTP/1.1\r\n").by(3),
                Sample.noMatch("a registered one and more", "GETS / HTTP/1.1\r\n")
                        .by(4),
                Sample.noMatch("PRI is no method", "PRI / HTTP/1.1\r\n").by(5),
                Sample.noMatch("a preface of HTTP/3", "PRI * HTTP/3.0\r\n").by(12),
                Sample.noMatch("a bare CR first", "\rGET / HTTP/1.1\r\n").by(2),
                Sample.noMatch("nothing but empty lines", "\r\n".repeat(9)).by(18),
                Sample.noMatch("FTP", "USER anonymous\r\n").by(2),
                Sample.noMatch("SSH", "SSH-2.0-OpenSSH_9.7\r\n").by(3),
                Sample.noMatch("SMTP", "EHLO a.test\r\n").by(1),
                Sample.noMatch("TLS", "\u0016\3\1\1\0\1").by(1),
                Sample.noMatch("a control in the target", "GET /\u0001 HTTP/1.1\r\n")
                        .by(6));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 800, 8_000, 60_000})
    void workIsLinearHoweverLongTheTargetAndTheHeadAre(int length) {
        String filler = "x".repeat(length);
        byte[] request = bytes("GET /" + filler + " HTTP/1.1\r\nCookie: " + filler + "\r\nHost: a.test\r\n\r\n");

        Asking asking = Asking.byteByByte(new HttpProtocol(), request);

        assertThat(asking.answer().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(asking.isLinear()).as("%s", asking).isTrue();
        assertThat(asking.steps()).isLessThan(10L * request.length);
    }

    @Test
    void workIsLinearInAHeadOfEmptyHeaders() {
        byte[] request = bytes(GET + "a:\r\n".repeat(5_000) + "Host: a.test\r\n\r\n");

        assertThat(Asking.byteByByte(new HttpProtocol(), request).isLinear()).isTrue();
        assertThat(Asking.inPieces(new HttpProtocol(), request, at -> 2).isLinear())
                .isTrue();
    }

    /** Whatever stands in it: a second Host line may follow. */
    @ParameterizedTest
    @CsvSource(textBlock = """
                    GET / HTTP/1.1|Host: a.test|Cookie: aaa,      RECOGNISED
                    GET / HTTP/1.1|Host: a.test|,                 RECOGNISED
                    GET / HTTP/1.1|Host: a.test|host: a.test|,    RECOGNISED
                    GET http://a.test/ HTTP/1.1|Host: a.test|,    RECOGNISED
                    GET / HTTP/1.1|,                              RECOGNISED
                    GET / HTTP/1.1,                               RECOGNISED
                    |GET / HTTP/1.1,                              RECOGNISED
                    GET / HTT,                                    NEED_MORE
                    """)
    void aHeadThatStopsShortNamesNoHost(String head, Verdict verdict) {
        byte[] bytes = bytes(head.replace("|", "\r\n"));

        Identification answer = new HttpProtocol().identify(BytesPeek.tcp(bytes).ended());

        assertThat(answer.verdict()).isEqualTo(verdict);
        assertThat(answer.attributes()).isEmpty();
    }

    @Test
    void whereNoRouteAsksForTheHostTheVersionIsEnough() {
        assertThat(samples())
                .filteredOn(sample -> sample.verdict() == Verdict.UNREADABLE)
                .allSatisfy(sample -> {
                    BytesPeek peek = BytesPeek.tcp(sample.bytes()).wanting();

                    assertThat(new HttpProtocol().identify(peek).verdict()).isIn(Verdict.MATCH, Verdict.UNREADABLE);
                });
    }

    /** First requests as these clients send them, but for the names in them. */
    @ParameterizedTest
    @CsvSource(delimiter = '^', textBlock = """
                    curl^            GET / HTTP/1.1|Host: a.test|User-Agent: curl/8.5.0|Accept: */*||
                    curl, proxied^   GET http://a.test/ HTTP/1.1|Host: a.test|User-Agent: curl/8.5.0|Accept: */*|Proxy-Connection: Keep-Alive||
                    curl, query^     GET http://a.test/?q=1 HTTP/1.1|Host: a.test|User-Agent: curl/8.5.0|Accept: */*|Proxy-Connection: Keep-Alive||
                    curl, tunnel^    CONNECT a.test:443 HTTP/1.1|Host: a.test:443|User-Agent: curl/8.5.0|Proxy-Connection: Keep-Alive||
                    curl, options^   OPTIONS * HTTP/1.1|Host: a.test|User-Agent: curl/8.5.0|Accept: */*||
                    curl, upgrade^   GET / HTTP/1.1|Host: a.test|User-Agent: curl/8.5.0|Accept: */*|Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA||
                    curl, WebDAV^    PROPFIND /dav/ HTTP/1.1|Host: a.test:8080|User-Agent: curl/8.5.0|Accept: */*|Depth: 1||
                    wget^            GET / HTTP/1.1|Host: a.test|User-Agent: Wget/1.24.5|Accept: */*|Accept-Encoding: identity|Connection: Keep-Alive||
                    ab^              GET / HTTP/1.0|Host: a.test|User-Agent: ApacheBench/2.3|Accept: */*||
                    requests^        GET / HTTP/1.1|Host: a.test:8080|User-Agent: python-requests/2.32.3|Accept-Encoding: gzip, deflate|Accept: */*|Connection: keep-alive||
                    Firefox^         GET /x?y=z HTTP/1.1|Host: a.test|User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0|Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|Accept-Language: en-US,en;q=0.5|Accept-Encoding: gzip, deflate|Connection: keep-alive|Upgrade-Insecure-Requests: 1|Priority: u=0, i||
                    Chrome^          GET / HTTP/1.1|Host: a.test|Connection: keep-alive|Cache-Control: max-age=0|Upgrade-Insecure-Requests: 1|User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36|Accept: text/html,*/*;q=0.8|Accept-Encoding: gzip, deflate|Accept-Language: en-US,en;q=0.9||
                    WebSocket^       GET /chat HTTP/1.1|Host: a.test|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13||
                    Java^            POST /f HTTP/1.1|Content-Length: 3|Host: a.test|User-Agent: Java-http-client/17.0.11|Content-Type: text/plain||a=b
                    Go^              GET / HTTP/1.1|Host: a.test|User-Agent: Go-http-client/1.1|Accept-Encoding: gzip||
                    git^             GET /r.git/info/refs?service=git-upload-pack HTTP/1.1|Host: a.test|User-Agent: git/2.43.0|Accept: */*|Accept-Encoding: deflate, gzip|Pragma: no-cache|Git-Protocol: version=2||
                    kube-probe^      GET /healthz HTTP/1.1|Host: a.test:8080|User-Agent: kube-probe/1.29|Accept: */*|Connection: close||
                    a blank value^   GET / HTTP/1.1|Host: a.test|Referer:|Cookie: ||
                    """)
    void theHostOfRealClientsIsRead(String client, String request) {
        Asking asking = Asking.byteByByte(new HttpProtocol(), bytes(request.replace("|", "\r\n")));

        assertThat(asking.answer().values("host")).as(client).containsExactly("a.test");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', textBlock = """
                    nginx to a backend^  GET / HTTP/1.0|Connection: close||
                    HAProxy's check^     OPTIONS / HTTP/1.0||
                    HAProxy's, old^      OPTIONS * HTTP/1.0||
                    a script^            GET / HTTP/1.0||
                    """)
    void versionOneNoughtNeedsNoHost(String client, String request) {
        Asking asking = Asking.byteByByte(new HttpProtocol(), bytes(request.replace("|", "\r\n")));

        assertThat(asking.answer()).as(client).isEqualTo(Identification.match());
    }

    @Test
    void everyMethodOfTheRegistryIsKnown() {
        String registry = "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY DELETE GET HEAD LABEL LINK LOCK"
                + " MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST"
                + " PROPFIND PROPPATCH PUT QUERY REBIND REPORT SEARCH TRACE UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE"
                + " UPDATEREDIRECTREF VERSION-CONTROL";

        assertThat(registry.split(" ")).allSatisfy(method -> {
            BytesPeek peek = BytesPeek.tcp(bytes(method + " / HTTP/1.1"));
            assertThat(new HttpProtocol().identify(peek).verdict()).isEqualTo(Verdict.RECOGNISED);
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
