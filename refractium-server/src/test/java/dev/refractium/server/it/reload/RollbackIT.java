package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Loaders;
import dev.refractium.server.it.support.Site;
import dev.refractium.server.it.support.Versions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new version that throws gives way to the one before it, where and for as long as an operator allows that. */
class RollbackIT {
    private static final String LONG = "\n[plugins]\nrollback_window = \"1m\"\n";

    @TempDir
    Path directory;

    @BeforeEach
    void forget() {
        Loaders.forget();
    }

    @Test
    void previousVersionServesUntilThereIsAnotherJar() throws Exception {
        try (Site site = Site.following(directory)) {
            Files.writeString(site.config(), site.text(LONG));
            site.server().reload();
            Versions.faulty(2).writeTo(site.jar());
            site.server().reload();
            try (Client live = site.connect()) {
                assertThat(live.read(7)).isEqualTo("2>THIRD");

                fault(site, 10);

                await().until(() -> site.serves(1));
                assertThat(site.greeting()).isEqualTo("1");
                assertThat(live.send("more").read(4)).isEqualTo("more");
                await().untilAsserted(() -> assertThat(site.server().status().reasons())
                        .containsExactly(
                                "third 1.0.2 is rolled back to 1.0.1: of 11 questions it threw at 10, the one before at"
                                        + " 0 of 0; put another version in its place"));
                assertThat(site.server().plan().plugins())
                        .anySatisfy(jar -> assertThat(jar.refused().orElse("")).contains("rolled back"));
            }
            long generation = site.server().reload();
            assertThat(site.greeting()).isEqualTo("1");
            Versions.jar(3).writeTo(site.jar());
            await().until(() -> site.serves(3));

            assertThat(site.greeting()).isEqualTo("3");
            await().untilAsserted(
                            () -> assertThat(site.server().status().reasons()).isEmpty());
            assertThat(site.generation())
                    .as("what was rolled back is no change of the files")
                    .isEqualTo(generation + 1);
            // The third, and the first, which the third is on trial beside.
            Loaders.awaitAlive(2);
        }
    }

    @Test
    void newVersionStaysIfItsHashIsPinned() throws Exception {
        try (Site site = Site.of(directory, LONG)) {
            Versions.faulty(2).writeTo(site.jar());
            site.server().reload();
            String sha256 = site.server().plan().plugins().get(0).sha256().orElseThrow();
            Files.writeString(site.config(), site.text(LONG + "sha256 = { third = \"" + sha256 + "\" }\n"));
            long generation = site.server().reload();

            fault(site, 10);

            await().until(() -> site.generation() == generation + 1);
            assertThat(site.greeting()).isEqualTo("2");
            await().untilAsserted(
                            () -> assertThat(site.server().status().reasons()).isEmpty());
            Loaders.awaitAlive(1);
        }
    }

    @Test
    void refusedRollbackIsRetried() throws Exception {
        try (Site site = Site.of(directory, LONG)) {
            Versions.faulty(2).writeTo(site.jar());
            site.server().reload();
            Files.writeString(site.config(), site.text("nonsense = 1"));

            fault(site, 10);

            await().untilAsserted(() -> assertThat(site.server().status().reasons())
                    .singleElement()
                    .satisfies(reason -> assertThat(reason).contains("nonsense").doesNotContain("rolled back")));
            assertThat(site.greeting()).isEqualTo("2");
            Files.writeString(site.config(), site.text(LONG));
            await().until(() -> site.serves(1));
        }
    }

    @Test
    void newVersionStaysIfARouteNeedsWhatOnlyItHas() throws Exception {
        try (Site site = Site.of(directory, LONG)) {
            Versions.faultyAlias(2).writeTo(site.jar());
            String more = Site.route("thrice", "match = { v = \"9\" }\ntransport = \"tcp\"", "127.0.0.1:9");
            Files.writeString(site.config(), site.text(LONG) + more);
            long generation = site.server().reload();

            fault(site, 10);

            await().until(() -> site.generation() == generation + 1);
            assertThat(site.serves(2)).isTrue();
            await().untilAsserted(
                            () -> assertThat(site.server().status().reasons()).isEmpty());
            Loaders.awaitAlive(1);
        }
    }

    @Test
    void previousVersionIsReleasedAfterTheTrial() throws Exception {
        try (Site site = Site.of(directory, LONG.replace("1m", "1ms"))) {
            Versions.faulty(2).writeTo(site.jar());
            site.server().reload();
            Loaders.awaitAlive(1);

            fault(site, 20);

            assertThat(site.greeting()).isEqualTo("2");
        }
    }

    private static void fault(Site site, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (Client client = Client.to(site.server().tcp().orElseThrow()).send("!")) {
                assertThat(client.rest().ending()).isEqualTo(Client.Ending.RESET);
            }
        }
    }
}
