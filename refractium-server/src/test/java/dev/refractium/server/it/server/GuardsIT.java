package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.RouteBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in, by address: guards, networks of clients, places, rates and exemptions, of TCP and UDP. */
class GuardsIT {
    private static final Protocol ALPHA = PrefixProtocol.of("alpha", "ALPHA");
    private static final String INSIDE = "127.0.0.2";
    private static final String OUTSIDE = "127.0.0.9";

    private TestBackend one;
    private TestBackend other;
    private UdpBackend udp;

    @BeforeEach
    void startBackends() throws IOException {
        one = TestBackend.named("one");
        other = TestBackend.named("other");
        udp = UdpBackend.named("udp");
    }

    @AfterEach
    void stopBackends() throws IOException {
        one.close();
        other.close();
        udp.close();
    }

    @Test
    void listenersGuardClosesAtAccept() throws Exception {
        try (Proxy proxy = proxy(tcp().allow("127.0.0.0/29").deny("127.0.0.3"))) {
            assertThat(greeting(proxy, INSIDE)).isEqualTo("one>ALPHA");
            assertThat(greeting(proxy, "127.0.0.3")).isEmpty();
            assertThat(greeting(proxy, OUTSIDE)).isEmpty();

            await().untilAsserted(() -> assertThat(proxy.ends()).containsEntry("denied", 2L));
            assertThat(one.accepted()).isEqualTo(1);
        }
    }

    @Test
    void routesGuardClosesAndPassesNobodyOn() throws Exception {
        RefractiumBuilder builder = Proxy.builder()
                .protocol(ALPHA)
                .route("alpha", r -> r.deny(OUTSIDE).to(one.address()))
                .fallback(Transport.TCP, other.address());
        try (Proxy proxy = Proxy.of(builder, one, other)) {
            assertThat(greeting(proxy, INSIDE)).isEqualTo("one>ALPHA");
            assertThat(greeting(proxy, OUTSIDE)).isEmpty();

            await().untilAsserted(() -> assertThat(proxy.ends()).containsEntry("denied", 1L));
            assertThat(one.accepted()).isEqualTo(1);
            assertThat(other.accepted()).isZero();
            assertThat(proxy.fallbacks()).isEmpty();
        }
    }

    @Test
    void routeWithClientsTakesThemAndLeavesTheOthersToTheNext() throws Exception {
        RefractiumBuilder builder = Proxy.builder()
                .protocol(ALPHA)
                .route("alpha", r -> r.to(one.address()))
                .transports(Transport.TCP)
                .limitsExempt("127.0.0.1")
                .route(
                        "alpha",
                        r -> r.clients("127.0.0.8/29")
                                .deny("10.0.0.0/8")
                                .maxConnections(7)
                                .idleTimeout(Duration.ofMinutes(2))
                                .to(other.address()));
        try (Proxy proxy = Proxy.of(builder, one, other)) {
            assertThat(greeting(proxy, INSIDE)).isEqualTo("one>ALPHA");
            assertThat(greeting(proxy, OUTSIDE)).isEqualTo("other>ALPHA");
            assertThat(proxy.server().plan().listeners().get(0).rules()).containsExactly("limits_exempt 127.0.0.1");
            assertThat(proxy.server().plan().routes().get(0).rules())
                    .containsExactly("deny 10.0.0.0/8", "max_connections 7", "idle_timeout 2m");
            assertThat(proxy.server().plan().routes())
                    .extracting(route -> route.taken())
                    .containsExactly("alpha[clients=127.0.0.8/29]", "alpha");
        }
    }

    @Test
    void silentClientsAreRoutedByTheirNetworks() throws Exception {
        RefractiumBuilder builder = Proxy.builder()
                .route("mail", r -> r.serverFirst(true).clients(OUTSIDE).to(other.address()))
                .route("news", r -> r.serverFirst(true).to(one.address()));
        try (Proxy proxy = Proxy.of(builder, one, other);
                Client inside = Client.from(INSIDE, proxy.tcp());
                Client outside = Client.from(OUTSIDE, proxy.tcp())) {
            assertThat(inside.read(4)).isEqualTo("one>");
            assertThat(outside.read(6)).isEqualTo("other>");
        }
    }

    @Test
    void routeHasNoMoreSessionsThanItMayAndNewOnesOnceSomeHaveEnded() throws Exception {
        try (Proxy proxy = proxy(Proxy.builder()
                .protocol(ALPHA)
                .route("alpha", r -> r.maxConnections(3).to(one.address())))) {
            List<Client> clients = new ArrayList<>();
            int served = 0;
            for (int i = 0; i < 9; i++) {
                clients.add(Client.from(INSIDE, proxy.tcp()));
                served += read(clients.get(i)).isEmpty() ? 0 : 1;
            }
            assertThat(served).isEqualTo(3);
            await().untilAsserted(() -> assertThat(proxy.ends()).containsEntry("over-max-connections", 6L));
            assertThat(one.accepted()).isEqualTo(3);

            for (Client client : clients) {
                client.close();
            }
            await().until(() -> proxy.live() == 0);
            assertThat(greeting(proxy, INSIDE)).isEqualTo("one>ALPHA");
        }
    }

    @Test
    void rateOfAClientIsItsOwnAndTheLimitsExemptHaveNone() throws Exception {
        try (Proxy proxy =
                proxy(tcp().newPerSecondPerIp(2).maxConnectionsPerIp(50).limitsExempt(OUTSIDE))) {
            long began = System.nanoTime();
            int served = served(proxy, INSIDE, 20);
            double seconds = (System.nanoTime() - began) / 1e9;

            assertThat(served).isBetween(2, (int) (3 + 2 * seconds));
            int over = 20 - served;
            await().untilAsserted(() -> assertThat(proxy.ends()).containsEntry("over-rate-per-ip", (long) over));
            assertThat(served(proxy, OUTSIDE, 20)).isEqualTo(20);
            assertThat(served(proxy, "127.0.0.4", 1)).isEqualTo(1);
            System.out.printf(
                    "rate of 2 per client: %d of 20 served within %.2f s, %d closed%n", served, seconds, over);
        }
    }

    @Test
    void exemptClientsHaveNoLimitOfConnectionsPerClient() throws Exception {
        try (Proxy proxy = proxy(tcp().maxConnectionsPerIp(1).limitsExempt("127.0.0.8/29"));
                Client first = Client.from(OUTSIDE, proxy.tcp());
                Client second = Client.from(OUTSIDE, proxy.tcp());
                Client third = Client.from(INSIDE, proxy.tcp())) {
            assertThat(read(first)).isEqualTo("one>ALPHA");
            assertThat(read(second)).isEqualTo("one>ALPHA");
            assertThat(read(third)).isEqualTo("one>ALPHA");
            assertThat(greeting(proxy, INSIDE)).isEmpty();
            await().untilAsserted(() -> assertThat(proxy.ends()).containsEntry("over-max-per-ip", 1L));
        }
    }

    @Test
    void rateOfAllClientsCountsThemTogether() throws Exception {
        try (Proxy proxy = proxy(tcp().newPerSecond(3))) {
            long began = System.nanoTime();
            int served = 0;
            for (int i = 0; i < 20; i++) {
                served += served(proxy, "127.0.0." + (20 + i), 1);
            }
            double seconds = (System.nanoTime() - began) / 1e9;

            assertThat(served).isBetween(3, (int) (4 + 3 * seconds));
            int over = 20 - served;
            await().untilAsserted(() -> assertThat(proxy.ends()).containsEntry("over-rate", (long) over));
        }
    }

    @Test
    void sessionEndsAtItsLongestLifeWhateverItMoves() throws Exception {
        try (Proxy proxy = proxy(Proxy.builder()
                        .protocol(ALPHA)
                        .route(
                                "alpha",
                                r -> r.maxLifetime(Duration.ofMillis(400)).to(one.address())));
                Client busy = Client.from(INSIDE, proxy.tcp())) {
            assertThat(read(busy)).isEqualTo("one>ALPHA");

            await().pollInterval(Duration.ofMillis(20)).until(() -> {
                try {
                    return busy.send("+").read(1).isEmpty();
                } catch (IOException e) {
                    return true;
                }
            });

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("max-lifetime", 1L)));
            assertThat(proxy.live()).isZero();
        }
    }

    @Test
    void timesOfARouteAreItsOwn() throws Exception {
        RefractiumBuilder builder = Proxy.builder()
                .protocol(ALPHA)
                .protocol(PrefixProtocol.of("beta", "BETA"))
                .idleTimeout(Duration.ofMillis(300))
                .route("alpha", r -> r.idleTimeout(Duration.ZERO).to(one.address()))
                .route("beta", r -> r.to(other.address()));
        try (Proxy proxy = Proxy.of(builder, one, other);
                Client own = Client.from(INSIDE, proxy.tcp());
                Client servers = Client.from(INSIDE, proxy.tcp())) {
            assertThat(read(own)).isEqualTo("one>ALPHA");
            assertThat(servers.send("BETA").read(10)).isEqualTo("other>BETA");

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("idle", 1L)));

            assertThat(own.send("still").read(5)).isEqualTo("still");
        }
    }

    @Test
    void quietUdpSessionsEndByTheTimeOfTheirRouteOrListener() throws Exception {
        RefractiumBuilder builder = TestedIo.server()
                .udpIdleTimeout(Proxy.NEVER)
                .listener(
                        "short",
                        l -> l.bind("127.0.0.1")
                                .port(0)
                                .transport(Transport.UDP)
                                .udpIdleTimeout(Duration.ofMillis(300)))
                .route("listeners", r -> quiet(r, "L"))
                .route("own", r -> quiet(r, "R").udpIdleTimeout(Proxy.NEVER));
        try (Proxy proxy = Proxy.unprobed(builder);
                UdpClient listeners = UdpClient.from(INSIDE, proxy.udp());
                UdpClient own = UdpClient.from(INSIDE, proxy.udp())) {
            assertThat(own.send("R").read()).isEqualTo("udp>R");
            assertThat(listeners.send("L").read()).isEqualTo("udp>L");

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L)));

            assertThat(proxy.live()).isEqualTo(1);
            assertThat(proxy.server().plan().listeners().get(0).rules()).containsExactly("udp_idle_timeout 300ms");
        }
    }

    private RouteBuilder quiet(RouteBuilder route, String prefix) {
        return route.pattern(prefix.getBytes(StandardCharsets.US_ASCII))
                .transport(Transport.UDP)
                .to(udp.address());
    }

    @Test
    void datagramsPassTheSameGates() throws Exception {
        RefractiumBuilder builder = udp(Proxy.builder().deny("127.0.0.7"), "R");
        try (Proxy proxy = Proxy.unprobed(builder);
                UdpClient denied = UdpClient.from("127.0.0.7", proxy.udp());
                UdpClient deniedByRoute = UdpClient.from(OUTSIDE, proxy.udp());
                UdpClient first = UdpClient.from(INSIDE, proxy.udp());
                UdpClient second = UdpClient.from(INSIDE, proxy.udp());
                UdpClient third = UdpClient.from(INSIDE, proxy.udp())) {
            denied.send("R");
            deniedByRoute.send("R");
            assertThat(first.send("R").read()).isEqualTo("udp>R");
            assertThat(second.send("R").read()).isEqualTo("udp>R");
            third.send("R");

            await().untilAsserted(() ->
                    assertThat(proxy.ends()).containsEntry("denied", 2L).containsEntry("over-max-connections", 1L));
            assertThat(udp.peers()).isEqualTo(2);
            assertThat(first.send("R").read()).isEqualTo("udp>R");
            await().untilAsserted(() -> assertThat(proxy.ends()).containsEntry("max-lifetime", 2L));
            assertThat(third.send("R").read()).isEqualTo("udp>R");
        }
    }

    @Test
    void newUdpSessionsOfAClientHaveARate() throws Exception {
        try (Proxy proxy = Proxy.unprobed(udp(Proxy.builder().newPerSecondPerIp(1), "R"));
                UdpClient first = UdpClient.from("127.0.0.4", proxy.udp());
                UdpClient exchanging = UdpClient.from("127.0.0.5", proxy.udp())) {
            assertThat(exchanging.send("R").read()).isEqualTo("udp>R");
            for (int i = 0; i < 20; i++) {
                assertThat(exchanging.send("R").read()).isEqualTo("udp>R");
            }
            assertThat(proxy.ends()).isEmpty();
            assertThat(first.send("R").read()).isEqualTo("udp>R");
            List<UdpClient> more = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                more.add(UdpClient.from("127.0.0.4", proxy.udp()).send("R"));
            }
            await().untilAsserted(() -> assertThat(proxy.ends().getOrDefault("over-rate-per-ip", 0L))
                    .isBetween(5L, 10L));
            more.forEach(UdpClient::close);
        }
    }

    /** A route with a guard, two places and a longest life. */
    private RefractiumBuilder udp(RefractiumBuilder builder, String prefix) {
        return builder.transports(Transport.UDP)
                .route(
                        "test",
                        r -> r.pattern(prefix.getBytes(StandardCharsets.US_ASCII))
                                .transport(Transport.UDP)
                                .deny("127.0.0.8/29")
                                .maxConnections(2)
                                .maxLifetime(Duration.ofSeconds(2))
                                .to(udp.address()));
    }

    private RefractiumBuilder tcp() {
        return Proxy.builder().protocol(ALPHA).route("alpha", r -> r.to(one.address()));
    }

    private Proxy proxy(RefractiumBuilder builder) throws Exception {
        return Proxy.of(builder, one);
    }

    private static int served(Proxy proxy, String from, int times) throws IOException {
        int served = 0;
        for (int i = 0; i < times; i++) {
            served += greeting(proxy, from).isEmpty() ? 0 : 1;
        }
        return served;
    }

    private static String greeting(Proxy proxy, String from) throws IOException {
        try (Client client = Client.from(from, proxy.tcp())) {
            return read(client);
        }
    }

    /** What the backend greets with; empty if the client was reset. */
    private static String read(Client client) {
        try {
            client.send("ALPHA");
            StringBuilder greeting = new StringBuilder(client.read(4));
            String more = greeting.toString();
            while (!more.isEmpty() && greeting.indexOf("ALPHA") < 0) {
                more = client.read(1);
                greeting.append(more);
            }
            return greeting.toString();
        } catch (IOException e) {
            return "";
        }
    }
}
