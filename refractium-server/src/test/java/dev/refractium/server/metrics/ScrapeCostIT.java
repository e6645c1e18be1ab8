package dev.refractium.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.refractium.server.control.Administration;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one scrape of a server with a thousand routes takes from the machine. Its processor time is for people to read. */
class ScrapeCostIT {
    private static final int ROUTES = 1_000;
    private static final int SCRAPES = 50;
    private static final int ROUNDS = 3;

    /** A fifth more than today: for each route its labels and values, and the text. */
    private static final long MOST_BYTES = 20L << 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aThousandRoutesAllocateLittle(@TempDir Path directory) throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.unprobed(Proxy.builder().config(write(directory, backend)))) {
            for (int i = 0; i < ROUTES; i++) {
                try (Client client = proxy.connect().send("GET / HTTP/1.1\r\nHost: " + host(i) + "\r\n\r\n")) {
                    assertThat(client.read(2)).isEqualTo("b>");
                }
            }

            long bytes = 0;
            for (int round = 0; round < ROUNDS; round++) {
                bytes = allocated(proxy.server().administration());
            }

            assertThat(bytes).isLessThan(MOST_BYTES);
        }
    }

    /** Returns what this thread allocates for a scrape. */
    private long allocated(Administration administration) {
        int size = 0;
        long cpu = threads.getCurrentThreadCpuTime();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < SCRAPES; i++) {
            size = Exposition.of(administration.status(), administration.measures(), "")
                    .body()
                    .length;
        }
        long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / SCRAPES;
        System.out.printf(
                "a scrape of %d routes: %d KiB, %d us of processor, %d KiB allocated%n",
                ROUTES, size >> 10, (threads.getCurrentThreadCpuTime() - cpu) / SCRAPES / 1_000, bytes >> 10);
        return bytes;
    }

    private static Path write(Path directory, TestBackend backend) throws IOException {
        StringBuilder text = new StringBuilder(
                        "[server]\nbind = \"127.0.0.1\"\nport = 0\nhealth = \"off\"\nplugins_dir = \"")
                .append(Path.of(System.getProperty("refractium.plugins")).toAbsolutePath())
                .append("\"\n");
        for (int i = 0; i < ROUTES; i++) {
            text.append("[[protocols]]\nname = \"http\"\nhost = \"").append(host(i));
            text.append("\"\nforward_to = \"").append(backend.address()).append("\"\n");
        }
        return Files.writeString(directory.resolve("refractium.toml"), text);
    }

    private static String host(int i) {
        return "host" + i + ".example.com";
    }
}
