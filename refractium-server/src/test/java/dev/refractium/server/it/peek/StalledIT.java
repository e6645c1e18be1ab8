package dev.refractium.server.it.peek;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.StalledClients;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Thousands of clients that send the beginning of a known protocol and nothing more. */
@Alone
class StalledIT {
    /** Both ends of each are in this process: fewer where its limit of descriptors has no room for them. */
    private static final int STALLED = Full.is() ? (int) Math.min(10_000, (Descriptors.limit() - 1_000) / 2) : 2_000;

    private static final int GOOD = Full.is() ? 1_000 : 300;
    private static final long PEEK_MEMORY = 33_554_432;
    private static final long BESIDES = 16L << 20;
    private static final double MIB = 1_048_576;

    /** The extra time allowed to a good client that is served within milliseconds. */
    private static final double GRAIN_MS = Full.is() ? 1 : 5;

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: good.test\r\n\r\n";

    @Test
    void clientStalledAfterTwoBytesHoldsNoMemory() throws Exception {
        stall("2 bytes", "GE".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void clientStalledInALongHelloHoldsItsBytesOnly() throws Exception {
        stall("16383 bytes of a hello", beginningOfHello());
    }

    private static void stall(String what, byte[] first) throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(server(backend), backend)) {
            long expected = Math.min(STALLED, PEEK_MEMORY / Math.max(512, Integer.highestOneBit(first.length) * 2));
            p99(proxy);
            double before = p99(proxy);
            long memory = memory();
            long resident = resident();
            try (StalledClients stalled = StalledClients.connect(STALLED, proxy.tcp(), first)) {
                await().untilAsserted(
                                () -> assertThat((double) proxy.live()).isBetween(expected * 0.9, (double) STALLED));
                // Connecting leaves work behind, such as compiling; a server that polls stalled clients never comes to
                // rest.
                double cpu = 1;
                for (int window = 0; window < 10 && cpu > 0.03; window++) {
                    cpu = cpuOfTheNext(Duration.ofSeconds(Full.is() ? 10 : 1));
                }
                long grown = memory() - memory;
                int live = proxy.live();
                double bound = 2 * before + GRAIN_MS;
                double beside = Attempts.untilGood(() -> p99(proxy), p99 -> p99 < bound);
                System.out.printf(
                        "stalled: %d clients after %s, %d of them held, CPU %.2f %% of a core, memory +%.1f MiB (resident +%.1f), good client's p99 %.2f ms before, %.2f ms beside them%n",
                        STALLED, what, live, 100 * cpu, grown / MIB, (resident() - resident) / MIB, before, beside);
                assertThat(stalled.areThere()).isTrue();
                assertThat(cpu).isLessThan(0.05);
                assertThat(grown).isLessThan(PEEK_MEMORY + BESIDES);
                assertThat(beside).isLessThan(bound);
            }
            await().until(() -> proxy.live() == 0);
        }
    }

    private static RefractiumBuilder server(TestBackend backend) {
        return TestedIo.server()
                .listen("127.0.0.1", 0)
                .plugins(Path.of(Objects.requireNonNull(System.getProperty("refractium.plugins"))))
                .maxConnections(STALLED + 100)
                .maxConnectionsPerIp(0)
                .udpMaxSessions(100)
                .peekMemory(PEEK_MEMORY)
                .peekTimeout(Duration.ofMinutes(10))
                .route("http", r -> r.to(backend.address()))
                .route("https", r -> r.match("sni", "a.test").to(backend.address()));
    }

    /** A ClientHello of one record of the largest size, without its end. */
    private static byte[] beginningOfHello() {
        int body = 16384 - 4;
        ByteBuffer hello = ByteBuffer.allocate(5 + 16384)
                .put(new byte[] {22, 3, 1})
                .putShort((short) 16384)
                .putInt(1 << 24 | body)
                .putShort((short) 0x0303)
                .put(new byte[32])
                .put((byte) 0)
                .putShort((short) 2)
                .putShort((short) 0x1301)
                .putShort((short) 0x0100);
        int extensions = body - (hello.position() - 9) - 2;
        hello.putShort((short) extensions).putShort((short) 21).putShort((short) (extensions - 4));
        return Arrays.copyOf(hello.array(), 16383);
    }

    /** In milliseconds, of whole sessions. */
    private static double p99(Proxy proxy) throws IOException {
        long[] nanos = new long[GOOD];
        for (int i = 0; i < GOOD; i++) {
            long begin = System.nanoTime();
            try (Client client = proxy.connect()) {
                assertThat(client.send(REQUEST).finish().rest().text()).isEqualTo("b>" + REQUEST);
            }
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        return nanos[GOOD * 99 / 100] / 1e6;
    }

    /** The share of one core that this process takes. */
    private static double cpuOfTheNext(Duration time) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        long begin = System.nanoTime();
        await().pollInterval(time)
                .atMost(time.multipliedBy(3))
                .until(() -> System.nanoTime() - begin >= time.toNanos());
        return (double) (system.getProcessCpuTime() - before) / (System.nanoTime() - begin);
    }

    /** The heap that is in use and the buffers beside it: what holds, not what the collector has not given back. */
    @SuppressWarnings("SystemGc")
    private static long memory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return runtime.totalMemory() - runtime.freeMemory() + direct;
    }

    /** What the system counts; it has room that the collector keeps. */
    private static long resident() throws IOException {
        return 1024
                * Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
    }
}
