package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.BuilderAccess;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Backends that are named: by names of several addresses, and by names whose server does not answer. */
class BackendNamesIT {
    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void nameWithOneRefusingAddressLosesNoSession(String io) throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy =
                        Proxy.of(two(backend).io(TestedIo.usable(io)).healthInterval(Duration.ofHours(1)), backend)) {
            int failed = 0;
            for (int i = 0; i < 200; i++) {
                failed += isServed(proxy) ? 0 : 1;
            }

            System.out.printf("two addresses, one of which refuses: %s: failed %d of 200%n", io, failed);
            assertThat(failed).isZero();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> proxy.server().status().backends().get(0).usable() == 1);
            Status.Backend info = proxy.server().status().backends().get(0);
            assertThat(info.health()).isEqualTo("up");
            assertThat(info.addresses()).isEqualTo(2);

            for (int i = 0; i < 50; i++) {
                assertThat(isServed(proxy)).isTrue();
            }
            long failures = proxy.server().status().backends().get(0).failures();
            assertThat(failures).as("no session tries an address that is down").isEqualTo(info.failures());
        }
    }

    @Test
    void probesGoToEveryAddress() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(two(backend), backend)) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> proxy.server().status().backends().get(0).usable() == 1);

            assertThat(backend.probes()).isPositive();
            assertThat(state(proxy)).isEqualTo(Status.State.READY);
        }
    }

    @Test
    void routeWithoutALiveBackendDegradesTheServer() throws Exception {
        int dead = TestBackend.deadPort();
        RefractiumBuilder builder = Proxy.builder().fallback(Transport.TCP, "127.0.0.1:" + dead);
        try (Proxy proxy = Proxy.of(builder)) {
            for (int i = 0; i < 2; i++) {
                assertThat(isServed(proxy)).isFalse();
            }

            Status report = proxy.server().status();

            assertThat(report.state()).isEqualTo(Status.State.DEGRADED);
            assertThat(report.reasons())
                    .containsExactly("route fallback (tcp) has no live backend: 127.0.0.1:" + dead + " down");
            TestBackend back = TestBackend.namedAt(dead, "b");
            try {
                await().until(() -> state(proxy) == Status.State.READY);
            } finally {
                back.close();
            }
        }
    }

    @Test
    void hangingNamesDoNotDelayBackendsThatAreAddresses(@TempDir Path directory) throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        Path file = directory.resolve("refractium.toml");
        try (TestBackend before = TestBackend.named("b");
                TestBackend after = TestBackend.named("b")) {
            Files.writeString(file, hanging("first", before));
            RefractiumBuilder builder = BuilderAccess.with(Proxy.builder().config(file), host -> wait(host, answers));
            long begin = System.nanoTime();
            try (Proxy proxy = Proxy.of(builder)) {
                assertThat(isServed(proxy)).isTrue();
                Duration start = Duration.ofNanos(System.nanoTime() - begin);

                Files.writeString(file, hanging("second", after));
                proxy.server().reload();
                after.forget();
                assertThat(isServed(proxy)).isTrue();

                assertThat(after.accepted()).isPositive();
                System.out.printf("16 names that hang: served %d ms after the start%n", start.toMillis());
                assertThat(start).isLessThan(Duration.ofSeconds(10));
            }
        } finally {
            answers.countDown();
        }
    }

    private static String hanging(String prefix, TestBackend fallback) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            names.append("\"").append(prefix).append(i).append(".test:80\", ");
        }
        return """
                fallback_tcp = "%s"

                [server]
                hot_reload = false

                [[protocols]]
                name = "hangs"
                patterns = ["HANGS"]
                forward_to = [%s]
                """.formatted(fallback.address(), names);
    }

    private static List<InetAddress> wait(String host, CountDownLatch answers) throws UnknownHostException {
        try {
            answers.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new UnknownHostException(host);
    }

    /** Returns a name with two addresses, of which {@code backend} serves the first only. */
    private static RefractiumBuilder two(TestBackend backend) {
        return BuilderAccess.with(
                Proxy.builder().fallback(Transport.TCP, "two.test:" + backend.port()),
                host -> List.of(loopback(2), loopback(1)));
    }

    private static InetAddress loopback(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static Status.State state(Proxy proxy) {
        return proxy.server().status().state();
    }

    private static boolean isServed(Proxy proxy) throws IOException {
        try (Client client = proxy.connect()) {
            return client.send("?").finish().rest().text().equals("b>?");
        }
    }
}
