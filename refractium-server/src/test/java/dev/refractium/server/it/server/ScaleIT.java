package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What many routes cost at the start and at a reload. The long form, with ten thousand over a thousand backends, is
 * {@code -Drefractium.full=true}.
 */
@Alone
class ScaleIT {
    private static final int FEW = Full.is() ? 2_500 : 1_000;
    private static final int MANY = 4 * FEW;
    private static final int BACKENDS = MANY / 10;

    /** Four would be linear, and sixteen if each route were compared with each. */
    private static final double MOST_TIMES = 10;

    @TempDir
    Path directory;

    @Test
    void routesCostNoMoreWhenThereAreMany() throws Exception {
        started(FEW); // The first start loads and compiles.

        double times = Attempts.untilGood(() -> (double) started(MANY) / started(FEW), found -> found < MOST_TIMES);

        assertThat(times).isLessThan(MOST_TIMES);
    }

    /** Starts a server with this many routes, reloads it, and returns the processor time of the start. */
    private long started(int routes) throws Exception {
        Path file = write(routes);
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long began = System.nanoTime();
        try (Refractium server = Refractium.builder()
                .io(TestedIo.name())
                .config(file)
                .hotReload(false)
                .start()) {
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
            long startMs = Duration.ofNanos(System.nanoTime() - began).toMillis();
            assertThat(server.plan().routes()).hasSize(routes);
            began = System.nanoTime();
            server.reload();
            long reloadMs = Duration.ofNanos(System.nanoTime() - began).toMillis();
            System.gc();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
            System.out.printf(
                    "%d routes, %d backends: start %d ms, processor %d ms; reload %d ms; heap %d MiB%n",
                    routes, BACKENDS, startMs, cpu / 1_000_000, reloadMs, heap);
            return cpu;
        }
    }

    /** Writes a configuration of routes for different names, whose backends do not exist. */
    private Path write(int routes) throws IOException {
        StringBuilder text = new StringBuilder(
                        "[server]\nbind = \"127.0.0.1\"\nport = 0\nhealth = \"off\"\nplugins_dir = \"")
                .append(Path.of(System.getProperty("refractium.plugins")).toAbsolutePath())
                .append("\"\nstate_dir = \"")
                .append(directory.resolve("state"))
                .append("\"\n");
        for (int i = 0; i < routes; i++) {
            int backend = i % BACKENDS;
            text.append("\n[[protocols]]\nname = \"https\"\nsni = \"host")
                    .append(i)
                    .append(".example.com\"\nforward_to = \"127.1.")
                    .append(backend / 250)
                    .append('.')
                    .append(1 + backend % 250)
                    .append(":9\"\n");
        }
        return Files.writeString(directory.resolve("refractium.toml"), text);
    }
}
