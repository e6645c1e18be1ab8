package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Heap;
import dev.refractium.server.it.support.LiveStreams;
import dev.refractium.server.it.support.Loaders;
import dev.refractium.server.it.support.Site;
import dev.refractium.server.it.support.Versions;
import dev.refractium.server.it.support.Visitors;
import dev.refractium.testkit.PluginJar;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plugins and configurations change, one in five of them broken, and no connected client notices. The long form is
 * {@code -Drefractium.full=true}.
 */
@Alone
class SwapStormIT {
    private static final int STREAMS = Full.is() ? 500 : 60;
    private static final int VISITORS_A_SECOND = Full.is() ? 200 : 50;
    private static final int SWAPS = Full.is() ? 100 : 6;
    private static final int RELOADS = Full.is() ? 100 : 12;

    /** Groups of streams, each of which begins with another generation. */
    private static final int GROUPS = 6;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String LINES = "max_generations = 64\n";

    @TempDir
    Path directory;

    private final List<Long> swapMs = new ArrayList<>();
    private final List<Long> reloadMs = new ArrayList<>();
    private int version = 1;
    private int mostAlive;

    @Test
    void stormOfSwapsAndReloadsLosesNoByte() throws Exception {
        for (int i = 0; i < Versions.DISTINCT; i++) {
            Versions.jar(i);
        }
        try (Site site = Site.following(directory)) {
            warmUp(site);
            Loaders.forget();
            int descriptors = Descriptors.open();
            int threads = threads();
            long heap = Heap.used();

            long begin = System.nanoTime();
            LiveStreams streams = new LiveStreams();
            Visitors visitors = new Visitors(site, VISITORS_A_SECOND);
            visitors.mayMeet(version);
            visitors.mustMeet(version);
            try {
                storm(site, streams, visitors);
            } finally {
                visitors.end();
                streams.end();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;

            await().atMost(PATIENCE)
                    .until(() -> site.server().status().generations().size() == 1);
            Loaders.awaitAlive(1);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(descriptors));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isLessThanOrEqualTo(threads));
            long growth = Heap.used() - heap;
            System.out.printf(
                    "swap storm: %d swaps, %d reloads in %.0f s, one in five broken; streams lost %d of %d, blocks wrong"
                            + " %d, %.1f MB/s; new connections %d, refused %d, by another version %d; generations alive"
                            + " at once %d, not collected %d of %d; descriptors %d before, %d after; threads %d, %d; heap"
                            + " %+d KiB; ms a swap %d median, %d worst (of which at rest 1000); ms a reload %d, %d%n",
                    SWAPS,
                    RELOADS,
                    seconds,
                    streams.lost(),
                    streams.opened(),
                    streams.wrong(),
                    streams.bytes() / seconds / 1e6,
                    visitors.came(),
                    visitors.refused(),
                    visitors.misled(),
                    mostAlive,
                    Loaders.alive() - 1,
                    Loaders.made(),
                    descriptors,
                    Descriptors.open(),
                    threads,
                    threads(),
                    growth / 1024,
                    median(swapMs),
                    Collections.max(swapMs),
                    median(reloadMs),
                    Collections.max(reloadMs));
            assertThat(streams.lost()).isZero();
            assertThat(streams.wrong()).isZero();
            assertThat(visitors.refused()).isZero();
            assertThat(visitors.misled()).isZero();
            assertThat(mostAlive).isGreaterThanOrEqualTo(5);
            assertThat(growth).isLessThan(2 << 20);
            if (Full.is()) {
                assertThat(streams.bytes() / seconds).isGreaterThan(1e6);
            }
        }
    }

    /** So that what is loaded, or made, only once is there when the counting begins. */
    private void warmUp(Site site) throws Exception {
        LiveStreams streams = new LiveStreams();
        streams.add(greeted(site));
        broken(site);
        swap(site, 0);
        streams.end();
        await().until(() -> site.server().status().generations().size() == 1);
    }

    private void storm(Site site, LiveStreams streams, Visitors visitors) throws Exception {
        int steps = Math.max(SWAPS, RELOADS);
        for (int step = 0; step < steps; step++) {
            if (step % Math.max(1, steps / 2 / GROUPS) == 0 && streams.opened() < STREAMS) {
                for (int i = 0; i < STREAMS / GROUPS; i++) {
                    streams.add(greeted(site));
                }
            }
            if (step * RELOADS / steps < (step + 1) * RELOADS / steps) {
                reload(site, step);
            }
            if (step * SWAPS / steps < (step + 1) * SWAPS / steps) {
                if (step % 5 == 4) {
                    broken(site);
                }
                visitors.mayMeet(version + 1);
                swap(site, step);
                visitors.mustMeet(version);
            }
            mostAlive = Math.max(mostAlive, site.server().status().generations().size());
        }
    }

    private static Client greeted(Site site) throws Exception {
        Client client = site.connect();
        assertThat(client.read(7)).endsWith(">THIRD");
        return client;
    }

    /** Puts the next version there, in another way each time, and waits until it is served. */
    private void swap(Site site, int step) throws Exception {
        int next = version + 1;
        byte[] jar = Versions.jar(next).bytes();
        Path file = Files.write(directory.resolve("version-" + next), jar);
        if (step % 4 == 2) {
            slowly(jar, site.jar());
        }
        long begin = System.nanoTime();
        switch (step % 4) {
            case 0 -> Files.move(file, site.jar(), StandardCopyOption.REPLACE_EXISTING);
            case 1 -> Files.write(site.jar(), jar);
            case 3 -> link(file, site.jar());
            default -> {}
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> site.serves(next));
        swapMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        version = next;
    }

    /** A whole JAR that is no plugin. */
    private void broken(Site site) throws Exception {
        long generation = site.generation();
        Path made = PluginJar.named("third").file("version", "" + version).writeTo(directory.resolve("broken"));
        Files.move(made, site.jar(), StandardCopyOption.REPLACE_EXISTING);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !site.server().status().reasons().isEmpty());
        assertThat(site.generation()).isEqualTo(generation);
    }

    private void reload(Site site, int step) throws Exception {
        if (step % 5 == 3) {
            Files.writeString(site.config(), "[server]\nport = \"" + step + "\"\n");
            assertThatThrownBy(() -> site.server().reload()).isInstanceOf(ConfigException.class);
        }
        String extra = Site.route(
                "extra" + step,
                "patterns = [\"EXTRA" + step + "\"]",
                site.backend(1).address());
        long begin = System.nanoTime();
        Files.writeString(site.config(), site.text(LINES) + extra);
        site.server().reload();
        reloadMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    private void link(Path target, Path link) throws Exception {
        Path made = Files.createSymbolicLink(directory.resolve("link"), target);
        Files.move(made, link, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void slowly(byte[] bytes, Path to) throws Exception {
        try (OutputStream out = Files.newOutputStream(to)) {
            for (int part = 0; part < 4; part++) {
                int from = bytes.length * part / 4;
                out.write(bytes, from, bytes.length * (part + 1) / 4 - from);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private static long median(List<Long> values) {
        List<Long> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("refractium-"))
                .count();
    }
}
