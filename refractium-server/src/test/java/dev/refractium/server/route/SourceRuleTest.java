package dev.refractium.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Peer;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("AddressSelection") // Literals.
class SourceRuleTest {
    private static final String OURS = "203.0.113.1";
    private static final SourceRule CLIENT = SourceRule.client(
            Optional.empty(), address -> address.getHostAddress().equals("203.0.113.66"));

    @Test
    void clientIsSeenByItsOwnAddressAndAPortOfTheSystems() {
        SourceAddress source = CLIENT.of(new From("198.51.100.7", OURS)).orElseThrow();

        assertThat(source.isForeign()).isTrue();
        assertThat(source.local()).isEqualTo(new InetSocketAddress("198.51.100.7", 0));
    }

    /** 203.0.113.66 is this machine's or a backend's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "127.0.0.1",
                "::1",
                "224.0.0.9",
                "169.254.7.7",
                "fe80::7",
                "203.0.113.66",
                "255.255.255.255"
            })
    void noBackendSeesAnAddressThatIsNoClients(String address) {
        SourceRule everywhere = SourceRule.client(
                Optional.of(Networks.of(List.of(Network.parse("0.0.0.0/0"), Network.parse("::/0")))),
                other -> other.getHostAddress().equals("203.0.113.66"));

        assertThat(CLIENT.of(new From(address, OURS))).isEmpty();
        assertThat(everywhere.of(new From(address, "10.0.0.1"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5,    203.0.113.1, false", "192.168.0.5, 203.0.113.1, false", "fd00::5, 2001:db8::1, false",
        "10.0.0.5,    10.0.0.1,    true", "fd00::5, fd00::1, true", "198.51.100.7, 10.0.0.1, true"
    })
    void insideAddressIsNotTakenFromOutside(String client, String local, boolean taken) {
        assertThat(CLIENT.of(new From(client, local)).isPresent()).isEqualTo(taken);
    }

    @Test
    void insideAddressIsNotTakenWhereItIsUnknownWhereItCameIn() {
        assertThat(CLIENT.of(new From("10.0.0.5", null))).isEmpty();
    }

    @Test
    void networksSayWhichAddressesMayBeSeen() {
        SourceRule rule =
                SourceRule.client(Optional.of(Networks.of(List.of(Network.parse("10.1.0.0/16")))), address -> false);

        assertThat(rule.of(new From("10.1.2.3", OURS))).isPresent();
        assertThat(rule.of(new From("10.2.2.3", OURS))).isEmpty();
        assertThat(rule.of(new From("198.51.100.7", OURS))).isEmpty();
    }

    @Test
    void probesDialFromAnAddressOfOursOnly() throws Exception {
        SourceAddress ours = SourceAddress.ours(InetAddress.getByName("10.0.0.1"));

        assertThat(SourceRule.always(ours).ofProbes()).isSameAs(ours);
        assertThat(SourceRule.always(ours).of(new From("198.51.100.7", OURS))).containsSame(ours);
        assertThat(CLIENT.ofProbes()).isSameAs(SourceAddress.ANY);
        assertThat(SourceRule.ANY.ofProbes()).isSameAs(SourceAddress.ANY);
    }

    @Test
    void labelIsWhatTheKeySays() throws Exception {
        SourceAddress ours = SourceAddress.ours(InetAddress.getByName("10.0.0.1"));

        assertThat(List.of(SourceRule.ANY.label(), SourceRule.always(ours).label(), CLIENT.label()))
                .containsExactly("", "10.0.0.1", "client");
    }

    private record From(InetSocketAddress client, @Nullable InetSocketAddress local) implements Peer {
        From(String client, @Nullable String local) {
            this(new InetSocketAddress(client, 5_555), local == null ? null : new InetSocketAddress(local, 443));
        }

        @Override
        public Transport transport() {
            return Transport.TCP;
        }
    }
}
