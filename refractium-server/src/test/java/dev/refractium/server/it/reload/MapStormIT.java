package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Heap;
import dev.refractium.server.it.support.LiveStreams;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.Replaced;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A line of a map changes each second, and no live stream notices. {@code -Drefractium.full=true} makes it 200 streams for
 * two minutes, with 100,000 names.
 */
@Alone
class MapStormIT {
    private static final int STREAMS = Full.is() ? 200 : 20;
    private static final int RELOADS = Full.is() ? 120 : 4;
    private static final int NAMES = Full.is() ? 100_000 : 2_000;
    private static final int WARM_UPS = Full.is() ? 10 : 3;

    /** What a table of names takes many times over would show. */
    private static final long MOST_GROWTH = 8 << 20;

    @TempDir
    Path directory;

    @Test
    void changedLinesLoseNoStreamAndNoMemory() throws Exception {
        try (TestBackend one = TestBackend.named("1");
                TestBackend two = TestBackend.named("2")) {
            change(0);
            Files.writeString(directory.resolve("refractium.toml"), """
                    [server]
                    health = "off"
                    [[protocols]]
                    name = "x"
                    forward_to = { map = "sites.map" }
                    [pools.web1]
                    servers = ["%s"]
                    [pools.web2]
                    servers = ["%s"]
                    """.formatted(one.address(), two.address()));
            try (Proxy proxy = Proxy.unprobed(Proxy.builder()
                    .config(directory.resolve("refractium.toml"))
                    .hotReload(false)
                    .protocol(PrefixProtocol.withAttribute("x", "X", "host")))) {
                storm(proxy);
            }
        }
    }

    private void storm(Proxy proxy) throws Exception {
        for (int i = 1; i <= WARM_UPS; i++) {
            change(i);
            proxy.server().reload();
        }
        long heap = Heap.used();
        LiveStreams streams = new LiveStreams();
        long worst = 0;
        try {
            for (int i = 0; i < STREAMS; i++) {
                streams.add(stream(proxy, "n" + i + ".test"));
            }
            for (int i = 0; i < RELOADS; i++) {
                change(WARM_UPS + 1 + i);
                long begin = System.nanoTime();
                proxy.server().reload();
                assertThat(changed(proxy)).isEqualTo((WARM_UPS + 1 + i) % 2 == 0 ? "1" : "2");
                long took = System.nanoTime() - begin;
                worst = Math.max(worst, took);
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) - took); // The pace of the storm.
            }
        } finally {
            streams.end();
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> proxy.server().status().generations().size() == 1);
        long growth = Heap.used() - heap;
        System.out.printf(
                "map storm: %d names, %d reloads, streams lost %d of %d, blocks wrong %d, %d bytes; ms until in force %d"
                        + " at most; heap %+d KiB%n",
                NAMES,
                RELOADS,
                streams.lost(),
                streams.opened(),
                streams.wrong(),
                streams.bytes(),
                TimeUnit.NANOSECONDS.toMillis(worst),
                growth / 1024);
        assertThat(streams.opened()).isEqualTo(STREAMS);
        assertThat(streams.lost()).isZero();
        assertThat(streams.wrong()).isZero();
        assertThat(streams.bytes()).isPositive();
        assertThat(growth).isLessThan(MOST_GROWTH);
    }

    /** Returns a stream that has been greeted, and whose first line has come back. */
    private static Client stream(Proxy proxy, String name) throws IOException {
        String first = "X" + name + "\n";
        Client client = proxy.connect().send(first);
        assertThat(client.read(2 + first.length())).endsWith(first);
        return client;
    }

    private static String changed(Proxy proxy) throws IOException {
        try (Client client = proxy.connect().send("Xchanged.test\n")) {
            return client.read(1);
        }
    }

    private void change(int round) throws IOException {
        StringBuilder map = new StringBuilder();
        for (int i = 0; i < NAMES; i++) {
            map.append('n').append(i).append(".test web").append(1 + i % 2).append('\n');
        }
        map.append("changed.test web").append(1 + round % 2).append('\n');
        Replaced.with(directory.resolve("sites.map"), map);
    }
}
