package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindingTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "127.0.0.1, 0.0.0.0,   true",
        "127.0.0.1, ::1,       false",
        "0.0.0.0,   127.0.0.7, true",
        "0.0.0.0,   0.0.0.0,   true",
        "0.0.0.0,   ::1,       false",
        "0.0.0.0,   192.0.2.1, false",
        "::,        ::1,       true",
        "::,        127.0.0.1, true",
        "::,        ::,        true",
        "::1,       127.0.0.1, false",
    })
    void includesWhatAConnectWouldBringBack(String bind, String host, boolean included) throws UnknownHostException {
        Binding listening = new Binding(Transport.TCP, new InetSocketAddress(bind, 8080));

        assertThat(listening.includes(new InetSocketAddress(host, 8080))).isEqualTo(included);
        assertThat(listening.includes(new InetSocketAddress(host, 8081))).isFalse();
    }

    @Test
    void portThatIsNotKnownYetIncludesNothing() {
        Binding listening = new Binding(Transport.TCP, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

        assertThat(listening.includes(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080)))
                .isFalse();
    }
}
