package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Site;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.it.support.Versions;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Live sessions go on over a reload as they began, except those that their route ends. */
class ReloadSessionsIT extends ReloadTesting {
    @Test
    void sessionsOfARemovedRouteFollowItsOnRemoved() throws Exception {
        String address = site.backend(1).address();
        Files.writeString(
                site.config(),
                site.text("")
                        + Site.route("kept", "patterns = [\"KEPT\"]", address)
                        + Site.route("cut", "patterns = [\"CUT\"]\non_removed = \"close\"", address));
        site.server().reload();
        InetSocketAddress server = site.server().tcp().orElseThrow();
        try (Client kept = Client.to(server).send("KEPT");
                Client cut = Client.to(server).send("CUT");
                Client undecided = Client.to(server).send("CU")) {
            kept.read(6);
            cut.read(5);
            await().until(() -> site.server().status().sessions() == 3);
            Files.writeString(site.config(), site.text(""));

            site.server().reload();

            assertThat(cut.rest().ending()).isEqualTo(Client.Ending.RESET);
            assertThat(undecided.send("T").rest().ending()).isEqualTo(Client.Ending.RESET);
            assertThat(kept.send("more").read(4)).isEqualTo("more");
            await().untilAsserted(
                            () -> assertThat(site.server().status().ends()).containsEntry("route-removed", 2L));
        }
    }

    @Test
    void udpFlowKeepsItsBackendAndGeneration() throws Exception {
        InetSocketAddress server = site.server().udp().orElseThrow();
        try (UdpClient old = UdpClient.from("127.0.0.1", server);
                UdpClient young = UdpClient.from("127.0.0.1", server)) {
            assertThat(old.send("THIRD").read()).isEqualTo("1>THIRD");
            Versions.jar(2).writeTo(site.jar());

            site.server().reload();

            assertThat(young.send("THIRD").read()).isEqualTo("2>THIRD");
            assertThat(old.send("THIRD").read()).isEqualTo("1>THIRD");
            assertThat(live()).containsExactly(1L, 2L);
        }
    }

    @Test
    void oldestGenerationIsDrainedIfTooManyAreAlive() throws Exception {
        Files.writeString(site.config(), site.text("max_generations = 2"));
        site.server().reload();
        try (Client first = site.connect()) {
            first.read(7);
            site.server().reload();
            try (Client second = site.connect()) {
                second.read(7);
                site.server().reload();

                assertThat(first.rest().ending()).isEqualTo(Client.Ending.RESET);
                assertThat(second.send("more").read(4)).isEqualTo("more");
                await().untilAsserted(
                                () -> assertThat(site.server().status().ends()).containsEntry("old-generation", 1L));
                await().untilAsserted(() -> assertThat(live()).containsExactly(3L, 4L));
            }
        }
    }
}
