package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ListeningTest {
    @Test
    void itsOwnAddressIsIncluded() throws Exception {
        assertThat(at("127.0.0.1", 80).includes(to("127.0.0.1", 80))).isTrue();
        assertThat(at("127.0.0.1", 80).includes(to("127.0.0.1", 81))).isFalse();
        assertThat(at("127.0.0.1", 80).includes(to("127.0.0.2", 80))).isFalse();
    }

    @Test
    void theWildcardIncludesEveryLocalAddress() throws Exception {
        assertThat(at("0.0.0.0", 80).includes(to("127.0.0.9", 80))).isTrue();
        assertThat(at("0.0.0.0", 80).includes(to("0.0.0.0", 80))).isTrue();
        assertThat(at("::", 80).includes(to("::1", 80))).isTrue();
        assertThat(at("0.0.0.0", 80).includes(to("192.0.2.1", 80))).isFalse();
    }

    @Test
    void aPortThatIsNotKnownYetIncludesNothing() throws Exception {
        assertThat(at("0.0.0.0", 0).includes(to("127.0.0.1", 0))).isFalse();
    }

    private static Listening at(String address, int port) throws UnknownHostException {
        return new Listening(InetAddress.getAllByName(address)[0], port);
    }

    private static InetSocketAddress to(String address, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getAllByName(address)[0], port);
    }
}
