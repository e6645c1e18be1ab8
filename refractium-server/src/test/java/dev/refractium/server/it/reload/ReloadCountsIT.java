package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Site;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.report.Status;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Counts survive a reload: memory, limits per client, health of backends. */
class ReloadCountsIT extends ReloadTesting {
    @Test
    void undecidedSessionsOfAllListenersShareTheirMemory() throws Exception {
        int loops = Runtime.getRuntime().availableProcessors();
        int room = loops * 65536 / 512;
        String limits = "peek_memory = " + loops * 65536 + "\npeek_timeout = \"1m\"\n";
        List<Client> clients = new ArrayList<>();
        for (int listener = 0; listener < 2; listener++) {
            Files.writeString(site.config(), site.text(limits + "port = " + TestBackend.deadPort()));
            site.server().reload();
            InetSocketAddress address = site.server().tcp().orElseThrow();
            for (int i = 0; i < room; i++) {
                clients.add(Client.to(address).send("THI"));
            }
        }

        await().untilAsserted(
                        () -> assertThat(site.server().status().ends()).containsEntry("over-peek-memory", (long) room));
        await().untilAsserted(
                        () -> assertThat(site.server().status().sessions()).isEqualTo(room));
        for (Client client : clients) {
            client.close();
        }
    }

    @Test
    void bytesHeldForSlowReadersOfAllListenersAreCounted() throws Exception {
        try (TestBackend endless =
                TestBackend.serving(socket -> socket.getOutputStream().write(new byte[64 << 20]))) {
            String route = Site.route("endless", "patterns = [\"ALL\"]", endless.address());
            Files.writeString(site.config(), site.text("") + route);
            site.server().reload();
            Client deaf = Client.to(site.server().tcp().orElseThrow()).send("ALL");
            await().until(() -> site.server().status().memory().relayMemory().held() > 0);
            Files.writeString(site.config(), site.text("port = " + TestBackend.deadPort()) + route);

            site.server().reload();

            assertThat(site.server().status().memory().relayMemory().held()).isPositive();
            deaf.reset();
        }
    }

    @Test
    void limitPerClientCountsOlderSessions() throws Exception {
        try (Client first = site.connect()) {
            first.read(7);
            Files.writeString(site.config(), site.text("").replace("per_ip = 0", "per_ip = 2"));
            site.server().reload();

            try (Client second = site.connect();
                    Client third = Client.to(site.server().tcp().orElseThrow())) {
                assertThat(second.read(7)).isEqualTo("1>THIRD");
                assertThat(third.rest().ending()).isEqualTo(Client.Ending.RESET);
            }
        }
    }

    @Test
    void healthAndCountsOfABackendOutliveGenerationsUntilNoneNamesIt() throws Exception {
        String dead = "127.0.0.1:" + TestBackend.deadPort();
        Files.writeString(site.config(), site.text("") + Site.route("dead", "patterns = [\"DEAD\"]", dead));
        site.server().reload();
        for (int i = 0; i < 2; i++) {
            Client.to(site.server().tcp().orElseThrow()).send("DEAD").rest();
        }
        await().until(() -> backend(dead).get(0).health().equals("down"));
        long failures = backend(dead).get(0).failures();
        assertThat(failures).isGreaterThanOrEqualTo(2);

        site.server().reload();

        assertThat(backend(dead).get(0).health()).isEqualTo("down");
        assertThat(backend(dead).get(0).failures()).isGreaterThanOrEqualTo(failures);
        Files.writeString(site.config(), site.text(""));
        site.server().reload();
        await().untilAsserted(() -> assertThat(backend(dead)).isEmpty());
    }

    private List<Status.Backend> backend(String address) {
        return site.server().status().backends().stream()
                .filter(backend ->
                        backend.address().equals(address) && backend.transport().equals("tcp"))
                .toList();
    }
}
