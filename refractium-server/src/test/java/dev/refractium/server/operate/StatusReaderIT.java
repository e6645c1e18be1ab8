package dev.refractium.server.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.report.HookCounts;
import dev.refractium.server.report.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the status of a running server says beyond what other tests look at. */
class StatusReaderIT {
    @Test
    void undecidedSessionsAndHooksAreShownWithTheirBudgetsAndCounts() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .peekTimeout(Proxy.NEVER)
                                .peekMemory(1 << 20)
                                .relayMemory(1 << 21)
                                .protocol(PrefixProtocol.of("prefix", "PREFIX"))
                                .hook("watching", session -> end -> {})
                                .route("prefix", r -> r.to(backend.address())),
                        backend)) {
            try (Client undecided = proxy.connect().send("PRE");
                    Client routed = proxy.connect().send("PREFIX")) {
                assertThat(routed.read(8)).isEqualTo("b>PREFIX");
                await().until(() -> status(proxy).memory().peekMemory().held() > 0);

                Status status = status(proxy);
                assertThat(status.state()).isEqualTo(Status.State.READY);
                assertThat(status.sessions()).isEqualTo(2);
                assertThat(status.memory().peekMemory().limit()).isEqualTo(1 << 20);
                assertThat(status.memory().relayMemory()).isEqualTo(new Status.Budget(0, 1 << 21));
                await().until(() -> watching(proxy).opened() == 1);
                assertThat(watching(proxy).ejected()).isFalse();
                assertThat(undecided.send("FIX").read(8)).isEqualTo("b>PREFIX");
            }
            await().until(() -> status(proxy).memory().peekMemory().held() == 0);
            await().until(() -> status(proxy).ends().getOrDefault("done", 0L) == 2);
            assertThat(status(proxy).bytes()).isEqualTo(2 * (6 + 8));
        }
    }

    @Test
    void backendsCountTheirSessionsAndLeaveOnceTheLastHasEnded(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("refractium.toml");
        try (TestBackend tcp = TestBackend.named("b");
                UdpBackend udp = UdpBackend.echoOn("127.0.0.1");
                TestBackend next = TestBackend.named("n")) {
            Files.writeString(file, fallbacks(tcp.address(), udp.address()));
            try (Proxy proxy = Proxy.of(Proxy.builder().config(file), tcp);
                    Client client = proxy.connect().send("A");
                    UdpClient flow = UdpClient.to(proxy.udp()).send("B")) {
                assertThat(client.read(3)).isEqualTo("b>A");
                assertThat(flow.read()).isEqualTo("B");
                assertThat(backends(proxy))
                        .containsExactlyInAnyOrder(tcp.address() + " tcp 1 0", udp.address() + " udp 1 0");

                Files.writeString(file, fallbacks(next.address(), udp.address()));
                proxy.server().reload();
                try (Client late = proxy.connect().send("A")) {
                    assertThat(late.read(3)).isEqualTo("n>A");
                    assertThat(backends(proxy))
                            .containsExactlyInAnyOrder(
                                    tcp.address() + " tcp 1 1",
                                    udp.address() + " udp 1 0",
                                    next.address() + " tcp 1 0");
                }

                client.finish().rest();
                await().untilAsserted(() -> assertThat(backends(proxy))
                        .containsExactlyInAnyOrder(udp.address() + " udp 1 0", next.address() + " tcp 0 0"));
            }
        }
    }

    @Test
    void aFlowThatMovesToAnotherBackendCountsThere() throws Exception {
        int dead = TestBackend.deadPort();
        try (UdpBackend good = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(Proxy.builder()
                        .protocol(PrefixProtocol.repeatable("repeatable", "Q"))
                        .route("repeatable", r -> r.transport(Transport.UDP).to("127.0.0.1:" + dead, good.address())));
                UdpClient one = UdpClient.to(proxy.udp()).send("Q1");
                UdpClient other = UdpClient.to(proxy.udp()).send("Q2")) {
            assertThat(one.read()).isEqualTo("Q1");
            assertThat(other.read()).isEqualTo("Q2");

            assertThat(backends(proxy))
                    .containsExactlyInAnyOrder("127.0.0.1:" + dead + " udp 0 0", good.address() + " udp 2 0");
        }
    }

    private static String fallbacks(String tcp, String udp) {
        return """
                [server]
                hot_reload = false
                fallback_tcp = "%s"
                fallback_udp = "%s"
                """.formatted(tcp, udp);
    }

    /** Returns address, transport, sessions and draining sessions of each backend. */
    private static List<String> backends(Proxy proxy) {
        return status(proxy).backends().stream()
                .map(backend -> String.join(
                        " ",
                        backend.address(),
                        backend.transport(),
                        String.valueOf(backend.sessions()),
                        String.valueOf(backend.draining())))
                .toList();
    }

    private static HookCounts watching(Proxy proxy) {
        return Objects.requireNonNull(status(proxy).hooks().get("watching"));
    }

    private static Status status(Proxy proxy) {
        return proxy.server().status();
    }
}
