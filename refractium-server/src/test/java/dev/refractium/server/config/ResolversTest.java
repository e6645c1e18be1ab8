package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResolversTest {
    @ParameterizedTest
    @ValueSource(strings = {"system", "jdk"})
    void wordIsKept(String word) {
        Resolvers resolvers = Resolvers.parse(List.of(word));

        assertThat(resolvers.word()).contains(word);
        assertThat(resolvers.addresses()).isEmpty();
        assertThat(resolvers).hasToString(word);
    }

    @Test
    void nameServersAreAddressesWithPorts() {
        Resolvers resolvers = Resolvers.parse(List.of("127.0.0.1:53", "[2001:db8::1]:5353"));

        assertThat(resolvers.word()).isEmpty();
        assertThat(resolvers.addresses())
                .extracting(server -> server.getAddress().getHostAddress() + " " + server.getPort())
                .containsExactly("127.0.0.1 53", "2001:db8:0:0:0:0:0:1 5353");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "System",
                "127.0.0.1",
                "dns.example.org:53",
                "127.0.0.1:+53",
                "unix:/run/dns",
                "srv://_dns._udp.a.b"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Resolvers.parse(List.of(text))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wordAmongServersAndAServerTwiceAreRefused() {
        assertThatThrownBy(() -> Resolvers.parse(List.of("jdk", "127.0.0.1:53")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Resolvers.parse(List.of("127.0.0.1:53", "127.0.0.1:53")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
