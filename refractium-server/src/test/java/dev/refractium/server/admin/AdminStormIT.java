package dev.refractium.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.AdminPort;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Hostile clients of the HTTP listener. {@code -Drefractium.full=true} makes it ten thousand, and longer measurements.
 */
@Alone
class AdminStormIT {
    private static final int HOSTILE = Full.is() ? 10_000 : 500;
    private static final int PINGS = Full.is() ? 10_000 : 1_000;
    private static final long PAUSE_NANOS = 1_000_000;

    /** Beside what the storm itself takes from this machine, on which it runs too. */
    private static final double MOST_TIMES = 3;

    private static final long ALWAYS_GOOD_US = 5_000;

    /** The time for a request, what the server's clock may be late by, and as much again for a busy machine. */
    private static final Duration LOCKED_OUT = Duration.ofSeconds(6);

    private TestBackend backend;
    private Proxy proxy;
    private AdminPort admin;

    @BeforeEach
    void start() throws Exception {
        backend = TestBackend.named("b");
        proxy = Proxy.of(Proxy.builder().fallback(Transport.TCP, backend.address()), backend);
        admin = AdminPort.of(proxy.server());
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
        proxy.close();
        backend.close();
    }

    @Test
    void hostileClientsDoNotDelayTheDataPath() throws Exception {
        try (Client client = proxy.connect().send("?")) {
            assertThat(client.read(3)).isEqualTo("b>?");
            p99(client); // It compiles.

            long[] found = Attempts.untilGood(() -> measured(client), AdminStormIT::isGood);

            assertThat(isGood(found))
                    .as("p99 in us: %s", Arrays.toString(found))
                    .isTrue();
        }
    }

    /** Returns the 99th percentile without hostile clients and with them. */
    private long[] measured(Client client) throws Exception {
        long without = p99(client);
        try (AdminStorm storm = new AdminStorm(admin.address(), HOSTILE, true)) {
            await().until(() -> storm.closed() > HOSTILE / 2);
            long with = p99(client);
            System.out.printf(
                    "%d hostile clients of the metrics listener: p99 of a byte there and back %d us, without them %d"
                            + " us; they were closed %d times%n",
                    HOSTILE, with, without, storm.closed());
            return new long[] {without, with};
        }
    }

    private static boolean isGood(long[] found) {
        return found[1] < Math.max(ALWAYS_GOOD_US, MOST_TIMES * found[0]);
    }

    @Test
    void clientsThatHangLockOthersOutForSecondsOnly() throws Exception {
        try (AdminStorm storm = new AdminStorm(admin.address(), HOSTILE, false)) {
            await().until(() -> storm.closed() > 0);
            long began = System.nanoTime();

            await().pollInterval(Duration.ofMillis(50)).until(this::isServed);

            Duration took = Duration.ofNanos(System.nanoTime() - began);
            System.out.printf("%d clients that hang: served after %d ms%n", HOSTILE, took.toMillis());
            assertThat(took).isLessThan(LOCKED_OUT);
        }
        await().until(this::isServed);
    }

    /** Clients that reconnect at once can keep a scraper out, as docs/metrics.md states: how often has no bound here. */
    @Test
    void clientsThatComeAgainLeaveSomeScrapes() throws Exception {
        try (AdminStorm storm = new AdminStorm(admin.address(), HOSTILE, true)) {
            await().until(() -> storm.closed() > HOSTILE / 2);
            int served = 0;
            int tries = Full.is() ? 200 : 40;
            for (int i = 0; i < tries; i++) {
                served += isServed() ? 1 : 0;
                LockSupport.parkNanos(50 * PAUSE_NANOS);
            }
            System.out.printf("%d clients that come again: %d of %d scrapes served%n", HOSTILE, served, tries);
        }
        await().until(this::isServed);
    }

    private boolean isServed() throws Exception {
        try {
            return admin.get("/metrics").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static long p99(Client client) throws IOException {
        long[] micros = new long[PINGS];
        for (int i = 0; i < PINGS; i++) {
            long sent = System.nanoTime();
            client.send(".").read(1);
            micros[i] = (System.nanoTime() - sent) / 1_000;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        Arrays.sort(micros);
        return micros[PINGS * 99 / 100];
    }
}
