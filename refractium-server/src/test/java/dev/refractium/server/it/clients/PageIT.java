package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.report.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a browser, with {@code -Drefractium.full=true}. Writes the pictures of docs/operations.md. The search for
 * obstacles needs the file axe.min.js of axe-core, which {@code REFRACTIUM_AXE} names.
 */
@Alone
class PageIT {
    private static final Path PICTURES = Path.of("..", "docs", "images");
    private static final int LARGEST_PICTURE = 120 << 10;

    /** How many samples the plots have before they are drawn for the documents. */
    private static final int SAMPLES = 100;

    /** Twice what an update takes on two busy cores. */
    private static final int LONGEST_UPDATE_MS = 250;

    /** Where the configuration is, as the pictures show it. */
    private final Path directory = Path.of("target", "page");

    @TempDir
    private Path profile;

    private Chromium chromium;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Full.is(), "a browser is started with -Drefractium.full=true only");
        Files.createDirectories(directory);
        chromium = Chromium.start(profile);
    }

    @AfterEach
    void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void isDrawnInLightAndDarkAndOnATelephoneWithoutObstacles() throws Exception {
        try (PageScene scene = new PageScene(directory, 0)) {
            Chromium.Tab tab = shown(scene);
            await().atMost(Duration.ofMinutes(8))
                    .until(() -> tab.evaluate("samplesOfPlot.length").getAsInt() >= SAMPLES);
            scene.refuseReload();
            String ended = scene.endBackend();
            await().until(() -> text(tab, "#backends tr.down").contains(ended));

            picture(tab, "page-light.png", 1360, 1180, "light");
            picture(tab, "page-dark.png", 1360, 1180, "dark");
            picture(tab, "page-narrow.png", 390, 1500, "light");

            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void aBackendThatGoesDownIsRedWithinTwoSeconds() throws Exception {
        try (PageScene scene = new PageScene(directory, 0)) {
            Chromium.Tab tab = shown(scene);
            assertThat(tab.evaluate("document.querySelector('#backends tr.down')")
                            .isJsonNull())
                    .isTrue();

            String ended = scene.endBackend();
            await().pollInterval(Duration.ofMillis(20))
                    .until(() ->
                            scene.administration().status().backends().stream().anyMatch(PageIT::isDown));
            long down = System.nanoTime();
            await().pollInterval(Duration.ofMillis(20))
                    .until(() -> text(tab, "#backends tr.down").contains(ended));

            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - down);
            System.out.println("red after " + ms + " ms");
            assertThat(ms).isLessThan(2_000);
        }
    }

    private static boolean isDown(Status.Backend backend) {
        return backend.health().equals("down") && backend.since().isPresent();
    }

    @Test
    void aThousandRoutesStayUsable() throws Exception {
        try (PageScene scene = new PageScene(directory, 1_000)) {
            Chromium.Tab tab = shown(scene);
            List<Double> updates = new ArrayList<>();
            while (updates.size() < 15) {
                int turn = tab.evaluate("turn").getAsInt();
                await().until(() -> tab.evaluate("turn").getAsInt() > turn);
                updates.add(tab.evaluate("performance.getEntriesByName('update')[0].duration")
                        .getAsDouble());
            }
            Collections.sort(updates);
            System.out.println(
                    "update with 1,000 routes: median " + updates.get(7) + " ms, slowest " + updates.get(14) + " ms");

            tab.evaluate("const search = document.querySelector('#routes input'); search.value = 'site-0999';"
                    + " search.dispatchEvent(new Event('input'))");

            assertThat(text(tab, "#routes tbody")).contains("site-0999").doesNotContain("site-0998");
            assertThat(updates.get(7)).isLessThan(LONGEST_UPDATE_MS);
        }
    }

    private Chromium.Tab shown(PageScene scene) {
        Chromium.Tab tab = chromium.open(scene.url());
        tab.resize(1360, 1000, "light");
        await().until(() -> !text(tab, "#routes tbody").isEmpty());
        return tab;
    }

    private static String text(Chromium.Tab tab, String place) {
        JsonElement text = tab.evaluate("(document.querySelector('" + place + "') || {}).textContent");
        return text.isJsonNull() ? "" : text.getAsString();
    }

    private static void picture(Chromium.Tab tab, String name, int width, int height, String scheme) throws Exception {
        tab.resize(width, height, scheme);
        int turn = tab.evaluate("turn").getAsInt();
        await().until(() -> tab.evaluate("turn").getAsInt() > turn + 1);
        tab.evaluate("scrollTo(0, 0)");
        byte[] png = SmallPng.of(tab.screenshot());
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name), png);
        assertThat(png.length).as(name).isLessThan(LARGEST_PICTURE);
        assertThat(obstacles(tab)).as(name).isEqualTo("[]");
    }

    /** Returns what axe-core finds, as JSON. */
    private static String obstacles(Chromium.Tab tab) throws Exception {
        String axe = System.getenv("REFRACTIUM_AXE");
        if (axe == null) {
            Tool.missing("REFRACTIUM_AXE names no axe.min.js");
            return "";
        }
        tab.evaluate(Files.readString(Path.of(axe)) + "; 0");
        return tab.evaluate("axe.run().then(found => JSON.stringify(found.violations.map(one => [one.id,"
                        + " one.nodes.map(node => node.html + ' ' + node.failureSummary)])))")
                .getAsString();
    }
}
