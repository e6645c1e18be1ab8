package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of sessions when servers of a pool are down. */
class OutageIT {
    private static final String PROBED = "health = { interval = \"100ms\" }\n";
    private static final String UNPROBED = "health = \"off\"\n";

    @TempDir
    Path directory;

    private TestBackend one;
    private TestBackend two;

    @BeforeEach
    void startBackends() throws IOException {
        one = TestBackend.named("a");
        two = TestBackend.named("b");
    }

    @AfterEach
    void stopBackends() throws IOException {
        one.close();
        two.close();
    }

    @Test
    void sessionsOfAServerThatProbesFindDownAreClosedIfThePoolSaysSo() throws Exception {
        try (Proxy proxy = proxy(PROBED, "balance = \"first\"\non_backend_down = \"close\"", one, two);
                Client closed = connect(proxy, "a>?")) {
            one.stopListening();

            assertThat(closed.rest().ending()).isEqualTo(Client.Ending.RESET);
            assertThat(proxy.health(one.address())).isEqualTo("down");
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("backend-down", 1L)));
            try (Client kept = connect(proxy, "b>?")) {
                kept.send("!");
                assertThat(kept.read(1)).isEqualTo("!");
            }
        }
    }

    @Test
    void otherwiseTheyAreKept() throws Exception {
        try (Proxy proxy = proxy(PROBED, "balance = \"first\"", one, two);
                Client kept = connect(proxy, "a>?")) {
            one.stopListening();

            await().until(() -> proxy.health(one.address()).equals("down"));
            try (Client later = connect(proxy, "b>?")) {
                later.send("!");
                assertThat(later.read(1)).isEqualTo("!");
            }
            kept.send("!");
            assertThat(kept.read(1)).isEqualTo("!");
        }
    }

    @Test
    void whatSessionsShowOfAServerClosesNone() throws Exception {
        try (Proxy proxy = proxy(UNPROBED, "balance = \"first\"\non_backend_down = \"close\"", one, two);
                Client kept = connect(proxy, "a>?")) {
            one.stopListening();

            for (int i = 0; i < 5; i++) {
                connect(proxy, "b>?").close();
            }

            assertThat(proxy.failures(one.address())).isGreaterThanOrEqualTo(2);
            kept.send("!");
            assertThat(kept.read(1)).isEqualTo("!");
            assertThat(proxy.ends()).doesNotContainKey("backend-down");
        }
    }

    @Test
    void aPoolWhoseServersAreAllDownClosesItsSessionsWithoutDialling() throws Exception {
        try (Proxy proxy = proxy(PROBED, "on_all_down = \"close\"", one)) {
            one.stopListening();
            await().until(() -> proxy.health(one.address()).equals("down"));
            String unprobed = text(PROBED.replace("100ms", "1h"), "on_all_down = \"close\"", one);
            Files.writeString(directory.resolve("outage.toml"), unprobed);
            proxy.server().reload();
            long failures = proxy.failures(one.address());

            for (int i = 0; i < 3; i++) {
                try (Client client = proxy.connect().send("?")) {
                    assertThat(client.rest().text()).isEmpty();
                }
            }

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("no-backend", 3L)));
            assertThat(proxy.failures(one.address()))
                    .as("but for one probe, the first with the new interval")
                    .isLessThanOrEqualTo(failures + 1);
        }
    }

    @Test
    void anOutageOfAPoolIsLoggedOnceWhenItBeginsAndOnceWhenItEnds() throws Exception {
        int port = TestBackend.deadPort();
        Path file = directory.resolve("outage.toml");
        Files.writeString(
                file,
                "fallback_tcp = \"pool:web\"\n[server]\n" + PROBED
                        + "[pools.web]\non_all_down = \"close\"\nservers = [\"127.0.0.1:" + port + "\"]\n");
        try (CapturedLog log = new CapturedLog();
                Proxy proxy = Proxy.unprobed(Proxy.builder().config(file))) {
            await().until(() -> !log.lines("pool has no live server").isEmpty());
            Status status = proxy.server().status();
            assertThat(status.state()).isEqualTo(Status.State.DEGRADED);
            assertThat(status.counters()).containsEntry("outages", 1L);
            for (int i = 0; i < 3; i++) {
                try (Client client = proxy.connect().send("?")) {
                    assertThat(client.rest().text()).isEmpty();
                }
            }

            try (TestBackend back = TestBackend.namedAt(port, "c")) {
                await().until(() -> !log.lines("pool has a live server again").isEmpty());

                connect(proxy, "c>?").close();
                assertThat(Objects.requireNonNull(
                                log.lines("pool has no live server").get(0)))
                        .isEqualTo("WARN pool has no live server pool=pool:web transport=tcp servers=\"127.0.0.1:"
                                + port + "\" on_all_down=close");
                assertThat(log.lines("pool has")).hasSize(2);
                assertThat(back.accepted()).isPositive();
            }
        }
    }

    private Proxy proxy(String server, String rules, TestBackend... backends) throws Exception {
        Path file = Files.writeString(directory.resolve("outage.toml"), text(server, rules, backends));
        return server.equals(UNPROBED)
                ? Proxy.unprobed(Proxy.builder().config(file))
                : Proxy.of(Proxy.builder().config(file));
    }

    private static String text(String server, String rules, TestBackend... backends) {
        StringBuilder servers = new StringBuilder();
        for (TestBackend each : backends) {
            servers.append('"').append(each.address()).append("\", ");
        }
        return "fallback_tcp = \"pool:web\"\n[server]\n" + server + "[pools.web]\n" + rules + "\nservers = [" + servers
                + "]\n";
    }

    private static Client connect(Proxy proxy, String greeting) throws IOException {
        Client client = proxy.connect().send("?");
        assertThat(client.read(greeting.length())).isEqualTo(greeting);
        return client;
    }
}
