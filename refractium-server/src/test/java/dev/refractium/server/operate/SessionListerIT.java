package dev.refractium.server.operate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.control.Administration;
import dev.refractium.server.control.SamplesRequest;
import dev.refractium.server.control.SessionsRequest;
import dev.refractium.server.control.SessionsRequest.Filter;
import dev.refractium.server.control.SessionsRequest.Sort;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.report.LiveSessions;
import dev.refractium.server.report.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The live sessions of a server as an operator sees them, and what is kept of clients without a route. */
class SessionListerIT {
    @Test
    void sessionsOfBothTransportsAreListedInTheirStagesWithTheirBytes() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                UdpBackend udp = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .peekTimeout(Proxy.NEVER)
                                .protocol(PrefixProtocol.of("tcp", "PREFIX"))
                                .protocol(PrefixProtocol.of("udp", "QUERY"))
                                .route("tcp", r -> r.to(backend.address()))
                                .route("udp", r -> r.to(udp.address())),
                        backend);
                Client undecided = proxy.connect().send("PRE");
                Client routed = proxy.connect().send("PREFIX");
                UdpClient flow = UdpClient.to(proxy.udp()).send("QUERY")) {
            assertThat(routed.read(8)).isEqualTo("b>PREFIX");
            assertThat(flow.read()).isEqualTo("QUERY");
            await().until(() -> list(proxy, Filter.NONE).total() == 3);

            assertThat(list(proxy, route("tcp")).sessions()).singleElement().satisfies(session -> {
                assertThat(session.stage()).isEqualTo("relay");
                assertThat(session.protocol()).isEqualTo("tcp");
                assertThat(session.backend()).contains(backend.address());
                assertThat(session.fromClient()).isEqualTo(6);
                assertThat(session.fromBackend()).isEqualTo(8);
                assertThat(session.peer()).isEmpty();
            });
            assertThat(list(proxy, route("udp")).sessions()).singleElement().satisfies(session -> {
                assertThat(session.transport()).isEqualTo("udp");
                assertThat(session.backend()).contains(udp.address());
                assertThat(session.fromClient()).isEqualTo(5);
                assertThat(session.fromBackend()).isEqualTo(5);
            });
            assertThat(list(proxy, Filter.NONE).sessions())
                    .filteredOn(session -> session.route().isEmpty())
                    .extracting(LiveSessions.Session::stage)
                    .containsExactly("peek");
            assertThat(firstBytes(proxy, backend.address())).isOne();
            assertThat(undecided.send("FIX").read(8)).isEqualTo("b>PREFIX");
            assertThat(list(proxy, route("tcp")).total()).isEqualTo(2);
        }
    }

    @Test
    void firstBytesOfClientsWithoutARouteAreKeptWhileAnOperatorWantsThem(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                peek_timeout = "100ms"
                [[protocols]]
                name = "known"
                patterns = ["KNOWN"]
                forward_to = "127.0.0.1:1"
                """);
        try (Proxy proxy = Proxy.unprobed(Proxy.builder().config(file))) {
            Administration operator = proxy.server().administration();
            refused(proxy, "before");
            assertThat(operator.samples()).isEqualTo(new Samples(false, Optional.empty(), List.of()));

            assertThat(operator.sample(new SamplesRequest(Duration.ofMinutes(1)), "a test")
                            .on())
                    .isTrue();
            refused(proxy, "GET / \0\u00ff\\" + "x".repeat(40));
            refused(proxy, "");
            try (UdpClient stranger = UdpClient.to(proxy.udp())) {
                stranger.send("datagram");
                await().until(() -> operator.samples().newest().size() == 3);
            }

            Samples samples = operator.samples();
            assertThat(samples.until()).isPresent();
            assertThat(samples.newest())
                    .extracting(sample -> sample.transport() + " " + sample.reason() + " " + sample.bytes())
                    .containsExactly(
                            "udp unmatched datagram",
                            "tcp silent ",
                            "tcp unmatched GET / \\x00\\xff\\x5c" + "x".repeat(23));
            assertThat(operator.sample(new SamplesRequest(Duration.ZERO), "a test")
                            .newest())
                    .isEmpty();
        }
    }

    private static void refused(Proxy proxy, String bytes) throws Exception {
        try (Client client = proxy.connect()) {
            if (!bytes.isEmpty()) {
                client.send(bytes.getBytes(ISO_8859_1));
            }
            client.rest();
        }
    }

    private static LiveSessions list(Proxy proxy, Filter filter) {
        return proxy.server().administration().sessions(new SessionsRequest(filter, Sort.AGE, 10, 0));
    }

    private static long firstBytes(Proxy proxy, String backend) {
        return proxy.server().administration().measures().members().stream()
                .filter(member ->
                        member.backend().equals(backend) && member.transport().equals("tcp"))
                .mapToLong(member -> member.firstByte().count())
                .sum();
    }

    private static Filter route(String name) {
        return new Filter(Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
