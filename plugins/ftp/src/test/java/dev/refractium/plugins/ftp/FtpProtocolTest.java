package dev.refractium.plugins.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Protocol;
import dev.refractium.testkit.Asking;
import dev.refractium.testkit.HealthSample;
import dev.refractium.testkit.ProtocolContract;
import dev.refractium.testkit.Sample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FtpProtocolTest extends ProtocolContract {
    @Override
    protected Protocol protocol() {
        return new FtpProtocol();
    }

    @Override
    protected List<HealthSample> healthSamples() {
        return List.of(
                HealthSample.alive("vsftpd", "220 (vsFTPd 3.0.3)\r\n"),
                HealthSample.alive("ProFTPD", "220-Welcome\r\n220-again\r\n 220 not yet\r\n220 Ready\r\n"),
                HealthSample.needsMore("half a greeting", "220-Welcome\r\n220 Rea"),
                HealthSample.failing("ready in some minutes", "120 Wait\r\n"),
                HealthSample.failing("too many users", "421 Too many users\r\n"),
                HealthSample.foreign("another code", "200 OK\r\n"),
                HealthSample.foreign("IMAP", "* OK ready\r\n"),
                HealthSample.foreign("SSH", "SSH-2.0-x\r\n"));
    }

    @Override
    protected List<Sample> samples() {
        return List.of(
                Sample.match("USER", "USER anonymous\r\n"),
                Sample.match("user, pipelined", "user me@a.test\r\nPASS x\r\n"),
                Sample.match("a name in UTF-8", "USER J\u00c3\u00b6rg\r\n"),
                Sample.match("AUTH TLS", "AUTH TLS\r\n"),
                Sample.match("auth ssl", "auth ssl\r\n"),
                Sample.match("AUTH TLS-C", "AUTH TLS-C\r\n"),
                Sample.match("auth tls-p", "auth tls-p\r\nUSER a\r\n"),
                Sample.match("HOST", "HOST ftp.a.test\r\nUSER a\r\n"),
                Sample.match("host, an address", "Host [2001:db8::1]\r\n"),
                Sample.match("OPTS UTF8 ON", "OPTS UTF8 ON\r\n"),
                Sample.match("FEAT", "FEAT\r\nSYST\r\n"),
                Sample.match("SYST", "Syst\r\n"),
                Sample.needsMore("half a USER", "US"),
                Sample.needsMore("half a name", "USER anon"),
                Sample.needsMore("no line feed yet", "FEAT\r"),
                Sample.needsMore("AUTH TLS or more", "AUTH TLS"),
                Sample.needsMore("a dash more", "AUTH TLS-"),
                Sample.needsMore("half a host", "HOST ftp"),
                Sample.noMatch("IRC", "USER guest 0 * :Guest\r\n").by(11),
                Sample.noMatch("a name and a space", "USER a \r\n").by(7),
                Sample.noMatch("no name", "USER \r\n").by(6),
                Sample.noMatch("a bare line feed", "USER a\n").by(7),
                Sample.noMatch("a bare carriage return", "USER a\rb\r\n").by(8),
                Sample.noMatch("a header line", "Host: a.test\r\n").by(5),
                Sample.noMatch("HOST and two words", "HOST a b\r\n").by(7),
                Sample.noMatch("HTTP's HEAD", "HEAD / HTTP/1.1\r\n").by(2),
                Sample.noMatch("HTTP's OPTIONS", "OPTIONS / HTTP/1.1\r\n").by(4),
                Sample.noMatch("other options", "OPTS MLST size\r\n").by(6),
                Sample.noMatch("another letter of TLS", "AUTH TLS-X\r\n").by(10),
                Sample.noMatch("SASL", "AUTH PLAIN\r\n").by(6),
                Sample.noMatch("FEAT with a word", "FEAT x\r\n").by(5),
                Sample.noMatch("PASS first", "PASS x\r\n").by(1),
                Sample.noMatch("a server's greeting", "220 ready\r\n").by(1),
                Sample.noMatch("HTTP's UPDATE", "UPDATE / HTTP/1.1\r\n").by(2),
                Sample.noMatch("SSH", "SSH-2.0-x\r\n").by(2),
                Sample.noMatch("braces are not letters", "[SER a\r\n").by(1),
                Sample.noMatch("bytes 0x20 above signs", "FEAT-*").by(5));
    }

    @Test
    void workIsLinearHoweverLongTheNameIs() {
        byte[] line = ("USER " + "x".repeat(10_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);

        Asking asking = Asking.byteByByte(new FtpProtocol(), line);

        assertThat(asking.answer().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(asking.isLinear()).as("%s", asking).isTrue();
    }

    @Test
    void theServerSpeaksFirst() {
        assertThat(new FtpProtocol().serverSpeaksFirst()).isTrue();
    }
}
