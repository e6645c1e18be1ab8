package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FactsTest {
    private static final SocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    @Test
    void whatIsKnownIsAKeyAndAValueEach() {
        Facts facts =
                new Facts(CLIENT, "https", Map.of("sni", List.of("a.test"), "alpn", List.of("h2", "http/1.1")), "");

        assertThat(facts.text()).isEqualTo(" protocol=https alpn=h2,http/1.1 sni=a.test");
        assertThat(Facts.of(EndReason.UNMATCHED, CLIENT, null).text()).isEmpty();
    }

    @Test
    void whatAClientSaysCannotLookLikeAKeyNorEndTheLine() {
        Facts facts = new Facts(CLIENT, "http", Map.of("host", List.of("a reason=done\"\r\n\u202e")), "two Host lines");

        assertThat(facts.text())
                .isEqualTo(" protocol=http host=\"a reason=done\\\"\\x0d\\x0a\\u{202e}\" detail=\"two Host lines\"");
    }

    @Test
    void whatAClientSaysIsCut() {
        Facts facts = new Facts(CLIENT, "http", Map.of("host", List.of("a".repeat(100_000))), "");

        assertThat(facts.text()).hasSizeLessThan(400).contains("more)");
    }
}
