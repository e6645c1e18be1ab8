package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.FullQueue;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which backend of a pool a session reaches, and what becomes of those that are down. */
class BalanceIT {
    private TestBackend one;
    private TestBackend two;
    private TestBackend three;

    @BeforeEach
    void startBackends() throws IOException {
        one = TestBackend.named("b");
        two = TestBackend.named("b");
        three = TestBackend.named("b");
    }

    @AfterEach
    void stopBackends() throws IOException {
        one.close();
        two.close();
        three.close();
    }

    @Test
    void backendsTakeTurns() throws Exception {
        try (Proxy proxy = Proxy.of(to(one.address(), two.address(), three.address()), one, two, three)) {
            assertThat(failedOf(90, proxy)).isZero();

            await().untilAsserted(() -> assertThat(List.of(one.accepted(), two.accepted(), three.accepted()))
                    .containsExactly(30, 30, 30));
        }
    }

    @Test
    void shareOfADeadBackendIsSpreadOverAllOthers() throws Exception {
        String dead = "127.0.0.1:" + TestBackend.deadPort();
        RefractiumBuilder builder = to(one.address(), dead, two.address(), three.address());
        try (Proxy proxy = Proxy.of(builder, one, two, three)) {
            assertThat(failedOf(4, proxy)).isZero();
            assertThat(proxy.health(dead)).isEqualTo("down");
            long dials = proxy.failures(dead);
            List.of(one, two, three).forEach(TestBackend::forget);
            long began = System.nanoTime();

            assertThat(failedOf(90, proxy)).isZero();

            await().untilAsserted(() -> assertThat(List.of(one.accepted(), two.accepted(), three.accepted()))
                    .containsExactly(30, 30, 30));
            assertThat(proxy.failures(dead)).as("but for probes").isBetween(dials, dials + probes(began));
        }
    }

    @Test
    void noSessionFailsWhileOneBackendIsLeft() throws Exception {
        String dead = "127.0.0.1:" + TestBackend.deadPort();
        long began = System.nanoTime();
        try (Proxy proxy = Proxy.of(to(dead, one.address()), one)) {
            int failed = failedOf(500, proxy);

            assertThat(failed).isZero();
            assertThat(proxy.failures(dead)).as("but for probes").isLessThanOrEqualTo(2 + probes(began));
            System.out.printf("dead backend: failed %d of 500 with one of two backends refused%n", failed);
        }
    }

    @Test
    void recoveredBackendIsUsedAgain() throws Exception {
        int port = TestBackend.deadPort();
        String address = "127.0.0.1:" + port;
        try (Proxy proxy = Proxy.of(to(address, one.address()), one)) {
            failedOf(4, proxy);
            assertThat(proxy.health(address)).isEqualTo("down");

            try (TestBackend back = TestBackend.namedAt(port, "b")) {
                await().until(() -> proxy.health(address).equals("up"));
                await().until(() -> back.open() == 0);
                back.forget();

                assertThat(failedOf(20, proxy)).isZero();

                await().untilAsserted(() -> assertThat(back.accepted()).isEqualTo(10));
            }
        }
    }

    @Test
    void connectTimeoutLeadsToTheNextBackend() throws Exception {
        Duration timeout = Duration.ofMillis(800);
        Duration most = timeout.plus(timeout.dividedBy(10));
        try (FullQueue hole = new FullQueue()) {
            Duration longest = Attempts.untilGood(() -> longestOfTwo(timeout, hole), took -> took.compareTo(most) <= 0);

            System.out.printf(
                    "connect timeout: next backend after %d ms of %d%n", longest.toMillis(), timeout.toMillis());
            assertThat(longest)
                    .as("and not after a second attempt of the kernel's")
                    .isBetween(timeout, most);
        }
    }

    /** Returns how long the slower of two sessions took, one of which tries the hole first. */
    private Duration longestOfTwo(Duration timeout, FullQueue hole) throws Exception {
        try (Proxy proxy =
                Proxy.unprobed(to(hole.address(), one.address()).healthOff().connectTimeout(timeout))) {
            Duration longest = Duration.ZERO;
            for (int i = 0; i < 2; i++) {
                long begin = System.nanoTime();
                assertThat(failedOf(1, proxy)).isZero();
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                longest = took.compareTo(longest) > 0 ? took : longest;
            }
            assertThat(proxy.failures(hole.address())).isPositive();
            return longest;
        }
    }

    @Test
    void clientThatLeavesWhileDiallingIsNoticed() throws Exception {
        RefractiumBuilder builder = Proxy.builder().connectTimeout(Duration.ofSeconds(2));
        try (FullQueue hole = new FullQueue();
                Proxy proxy = Proxy.of(builder.fallback(Transport.TCP, hole.address()))) {
            Client client = proxy.connect().send("?");
            await().until(() -> proxy.live() == 1);

            client.reset();

            await().untilAsserted(() -> assertThat(proxy.ends()).containsOnlyKeys("client-reset"));
            await().untilAsserted(() -> assertThat(proxy.live()).isZero());
        }
    }

    /** How many probes a backend may have had since then: one in five seconds. */
    private static long probes(long began) {
        return 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) / 5;
    }

    private static RefractiumBuilder to(String... backends) {
        return Proxy.builder().fallback(Transport.TCP, backends);
    }

    private static int failedOf(int sessions, Proxy proxy) throws IOException {
        int failed = 0;
        for (int i = 0; i < sessions; i++) {
            try (Client client = proxy.connect()) {
                failed += client.send("?").finish().rest().text().equals("b>?") ? 0 : 1;
            }
        }
        return failed;
    }
}
