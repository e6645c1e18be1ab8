package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Loaders;
import dev.refractium.server.it.support.Versions;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** A reload replaces plugins: the new version serves new sessions, the old one stops with its last session. */
class ReloadPluginsIT extends ReloadTesting {
    @Test
    void liveSessionKeepsItsPluginWhenTheJarIsReplaced() throws Exception {
        try (Client undecided = Client.to(site.server().tcp().orElseThrow()).send("TH");
                Client relayed = site.connect()) {
            assertThat(relayed.read(7)).isEqualTo("1>THIRD");
            await().until(() -> site.server().status().sessions() == 2);

            Versions.jar(2).writeTo(site.jar());
            assertThat(site.server().reload()).isEqualTo(2);

            assertThat(site.greeting()).isEqualTo("2");
            assertThat(undecided.send("IRD").read(7)).isEqualTo("1>THIRD");
            assertThat(relayed.send("more").read(4)).isEqualTo("more");
            assertThat(live()).containsExactly(1L, 2L);
        }
        await().untilAsserted(() -> assertThat(live()).containsExactly(2L));
        assertThat(Loaders.made()).isEqualTo(2);
        Loaders.awaitAlive(1);
    }

    @Test
    void unchangedJarIsSharedAndStopsWithItsLastGeneration() throws Exception {
        try (Client old = site.connect()) {
            old.read(7);

            site.server().reload();
            site.server().reload();

            assertThat(Loaders.made()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(live()).containsExactly(1L, 3L));
        }
        await().untilAsserted(() -> assertThat(live()).containsExactly(3L));
        assertThat(site.greeting()).isEqualTo("1");
    }

    @Test
    void pluginThatARouteNeedsCannotBeRemoved() throws Exception {
        Files.delete(site.jar());

        assertThatThrownBy(() -> site.server().reload())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("unknown protocol \"third\"");

        assertThat(site.greeting()).isEqualTo("1");
        assertThat(site.server().status().reasons())
                .anySatisfy(reason -> assertThat(reason).contains("third"));
    }
}
