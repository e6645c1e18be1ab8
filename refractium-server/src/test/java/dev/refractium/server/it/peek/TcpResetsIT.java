package dev.refractium.server.it.peek;

import static dev.refractium.server.it.support.Client.Ending.RESET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions that are reset before they have a route: over a limit, or by the fault of a plugin. */
class TcpResetsIT extends TcpOutcomes {
    // Over a limit

    @Test
    void connectionOverMaxConnectionsIsResetAndNothingDialled() throws Exception {
        RefractiumBuilder builder =
                patient(withFallback(serverFirst(alphaOnly()))).maxConnections(1);
        try (Proxy proxy = Proxy.of(builder, alpha, other, fallback);
                Client first = proxy.connect()) {
            assertThat(first.send("ALPHA").read(6)).isEqualTo("alpha>");

            try (Client second = proxy.connect()) {
                assertThat(second.rest()).isEqualTo(new Client.Rest("", RESET));
            }

            awaitEnds(proxy, Map.of("over-max-connections", 1L));
            assertThat(alpha.accepted()).isOne();
            assertThat(other.accepted() + fallback.accepted()).isZero();
            assertThat(first.read(5)).isEqualTo("ALPHA");
        }
    }

    @Test
    void connectionOverTheLimitOfItsClientIsReset() throws Exception {
        try (Proxy proxy = Proxy.of(patient(alphaOnly()).maxConnectionsPerIp(1), alpha);
                Client first = Client.from("127.0.0.1", proxy.tcp());
                Client second = Client.from("127.0.0.1", proxy.tcp());
                Client elsewhere = Client.from("127.0.0.2", proxy.tcp())) {
            assertThat(second.rest()).isEqualTo(new Client.Rest("", RESET));

            assertThat(first.send("ALPHA").read(6)).isEqualTo("alpha>");
            assertThat(elsewhere.send("ALPHA").read(6)).isEqualTo("alpha>");
            awaitEnds(proxy, Map.of("over-max-per-ip", 1L));
        }
    }

    // A plugin at fault

    @Test
    void protocolThatThrowsCostsItsSessionOnly() throws Exception {
        RefractiumBuilder builder = patient(withFallback(alphaOnly()))
                .protocol(new Throwing())
                .route("throwing", r -> r.to(other.address()));
        try (Proxy proxy = Proxy.of(builder, alpha, other, fallback);
                Client good = proxy.connect()) {
            try (Client bad = proxy.connect()) {
                assertThat(bad.send("!").rest()).isEqualTo(new Client.Rest("", RESET));
            }

            assertThat(good.send("ALPHA").read(6)).isEqualTo("alpha>");
            awaitEnds(proxy, Map.of("plugin-fault", 1L));
            assertThat(other.accepted() + fallback.accepted()).isZero();
        }
    }

    private static final class Throwing implements Protocol {
        @Override
        public String name() {
            return "throwing";
        }

        @Override
        public boolean canStartWith(int firstByte) {
            return firstByte == '!';
        }

        @Override
        public Identification identify(Peek peek) {
            throw new StackOverflowError("as a plugin may");
        }
    }
}
