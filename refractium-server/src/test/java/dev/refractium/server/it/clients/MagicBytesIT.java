package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** socat to socats that echo, known by raw bytes. */
class MagicBytesIT {
    private static final byte[] RAW = {(byte) 0xfe, 0x00, (byte) 0x80, 'r', 'a', 'w'};
    private static final byte[] RAW_AS_UTF_8 = "\u00fe\0\u0080raw".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TEXT = "MY_PROTO_V1 text".getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    final Lab lab = new Lab();

    private Refractium proxy;

    @BeforeEach
    void start() throws Exception {
        int tcp = Ports.free();
        int udp = Ports.free();
        lab.write("tcp.sh", "printf 'tcp '; exec cat");
        lab.write("udp.sh", "printf 'udp '; exec cat");
        lab.serve(
                () -> Ports.accepts(tcp),
                "socat",
                "TCP4-LISTEN:" + tcp + ",bind=127.0.0.1,reuseaddr,fork",
                "EXEC:sh tcp.sh");
        lab.serve(() -> Ports.hears(udp), "socat", "UDP4-RECVFROM:" + udp + ",bind=127.0.0.1,fork", "EXEC:sh udp.sh");
        proxy = lab.proxy("""
                [[protocols]]
                name = "http"
                forward_to = "127.0.0.1:1"

                [[protocols]]
                name = "streamed"
                patterns = ["\\xfe\\x00\\x80", "MY_PROTO_V1"]
                forward_to = "127.0.0.1:%d"
                transport = "tcp"

                [[protocols]]
                name = "sent"
                patterns = ["\\xfe\\x00\\x80", "MY_PROTO_V1"]
                forward_to = "127.0.0.1:%d"
                transport = "udp"
                """.formatted(tcp, udp));
    }

    @Test
    void rawBytesAreRecognisedOverTcp() throws Exception {
        assertThat(tcp(RAW).succeeded().out()).isEqualTo(concat("tcp ", RAW));
        assertThat(tcp(TEXT).succeeded().out()).isEqualTo(concat("tcp ", TEXT));
    }

    @Test
    void rawBytesAreRecognisedOverUdp() throws Exception {
        assertThat(udp(RAW).out()).isEqualTo(concat("udp ", RAW));
        assertThat(udp(TEXT).out()).isEqualTo(concat("udp ", TEXT));
    }

    @Test
    void sameCharactersInUtf8AreDifferentBytes() throws Exception {
        assertThat(tcp(RAW_AS_UTF_8).out()).isEmpty();
        lab.feed(RAW_AS_UTF_8, "socat", "-u", "-", "UDP4:127.0.0.1:" + Lab.port(proxy))
                .succeeded();

        await().untilAsserted(() -> assertThat(proxy.status().ends()).containsEntry("unmatched", 2L));
    }

    private Output tcp(byte[] bytes) throws Exception {
        return lab.feed(bytes, "socat", "-t", "20", "-", "TCP4:127.0.0.1:" + Lab.port(proxy));
    }

    /** UDP has no end that socat could wait for, so it gets the length of the answer. */
    private Output udp(byte[] bytes) throws Exception {
        String address = "UDP4:127.0.0.1:" + Lab.port(proxy) + ",readbytes=" + ("udp ".length() + bytes.length);
        return lab.feed(bytes, "socat", "-t", "20", "-", address).succeeded();
    }

    private static byte[] concat(String first, byte[] second) {
        byte[] all = new byte[first.length() + second.length];
        System.arraycopy(first.getBytes(StandardCharsets.US_ASCII), 0, all, 0, first.length());
        System.arraycopy(second, 0, all, first.length(), second.length);
        return all;
    }
}
