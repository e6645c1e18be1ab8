package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.BrokenLog;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.DescriptorLimit;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.EarlyClients;
import dev.refractium.server.it.support.LoopThreads;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.LinuxSockets;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** A moment without descriptors costs only the sessions that need one at that moment. */
class WithoutDescriptorsIT {
    @BeforeEach
    void needsLinux() {
        assumeThat(Descriptors.areKnown()).as("descriptors can be taken here").isTrue();
    }

    @Test
    void silentClientsEndWhileDescriptorsLackAndLaterClientsAreServed() throws Exception {
        try (DescriptorLimit limit = new DescriptorLimit();
                TestBackend backend = TestBackend.named("alpha");
                Proxy proxy = Proxy.of(silent(backend), backend)) {
            loadWhatASilentSessionNeeds(proxy);
            try (Client unlucky = proxy.connect()) {
                await().until(() -> proxy.live() == 1);
                limit.none();
                try {
                    await().until(() -> proxy.ends().containsKey("no-descriptor"));
                } finally {
                    limit.plenty();
                }
                assertThat(unlucky.rest().ending()).isEqualTo(Client.Ending.RESET);
                assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L, "no-descriptor", 1L));
            }
            try (Client later = proxy.connect()) {
                await().until(() -> proxy.fallbacks().equals(Map.of("silent", 3L)));
                assertThat(later.send("x").read(7)).isEqualTo("alpha>x");
            }
        }
    }

    /** Classes come from directories here, and not from JARs that are open: each takes a descriptor to load. */
    private static void loadWhatASilentSessionNeeds(Proxy proxy) throws Exception {
        try (Client first = proxy.connect()) {
            await().until(() -> proxy.fallbacks().equals(Map.of("silent", 1L)));
            first.finish().rest();
        }
    }

    /** Again and again, on each kind of loop: what went wrong once must not be remembered. */
    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void clientsThatConnectWhileDescriptorsLackAreServedAfterwards(String io) throws Exception {
        try (DescriptorLimit limit = new DescriptorLimit();
                TestBackend backend = TestBackend.named("alpha");
                Proxy proxy = Proxy.of(silent(backend).io(TestedIo.usable(io)).peekTimeout(Proxy.NEVER), backend);
                CapturedLog log = new CapturedLog();
                Client live = proxy.connect()) {
            assertThat(live.send("ALPHA").read(11)).isEqualTo("alpha>ALPHA");
            loadWhatTheMeasurementNeeds();
            int served = 0;
            double busiest = 0;
            long slowestMs = 0;
            long began = System.nanoTime();
            for (int round = 0; round < 3; round++) {
                try (EarlyClients early = new EarlyClients(20)) {
                    limit.none();
                    try {
                        early.connect(proxy.tcp());
                        await().until(() -> !proxy.server().status().isReady());
                        assertThat(proxy.server().status().reasons())
                                .singleElement()
                                .asString()
                                .startsWith(
                                        "listener tcp 127.0.0.1:" + proxy.tcp().getPort() + " does not accept: ");
                        busiest = Math.max(busiest, LoopThreads.cpuShareDuring(Duration.ofMillis(500)));
                        assertThat(live.send("still").read(5)).isEqualTo("still");
                    } finally {
                        limit.plenty();
                    }
                    long released = System.nanoTime();
                    served += early.served("ALPHA", "alpha>ALPHA");
                    slowestMs = Math.max(slowestMs, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - released));
                    await().until(() -> proxy.server().status().isReady());
                }
                try (Client later = proxy.connect()) {
                    assertThat(later.send("ALPHA").read(11)).isEqualTo("alpha>ALPHA");
                }
            }
            double lines = (log.lines("").size() - 1) / ((System.nanoTime() - began) / 1e9);
            System.out.printf(
                    "without descriptors: %s: served %d of 60 within %d ms of the end, live lost 0 of 1, CPU %.1f %%, %.1f log lines a second%n",
                    io, served, slowestMs, 100 * busiest, lines);
            assertThat(served).isEqualTo(60);
            assertThat(lines).isLessThan(10);
            assertThat(busiest).isLessThan(0.2);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void logThatFailsMeanwhileCostsNoClient(String io) throws Exception {
        try (DescriptorLimit limit = new DescriptorLimit();
                TestBackend backend = TestBackend.named("alpha");
                Proxy proxy = Proxy.of(silent(backend).io(TestedIo.usable(io)).peekTimeout(Proxy.NEVER), backend);
                EarlyClients early = new EarlyClients(20);
                BrokenLog broken = new BrokenLog()) {
            limit.none();
            try {
                early.connect(proxy.tcp());
                await().until(() -> !proxy.server().status().isReady());
            } finally {
                limit.plenty();
            }

            assertThat(early.served("ALPHA", "alpha>ALPHA")).isEqualTo(20);
            assertThat(broken.lines()).isPositive();
        }
    }

    /** The first line of a logger and the first look at threads take descriptors. */
    private static void loadWhatTheMeasurementNeeds() {
        LoggerFactory.getLogger("dev.refractium.test").warn("a line with {} and {}", "one", "two");
        LoopThreads.cpuNanos();
    }

    /** Dialling, probing and binding are ready for that exception and no other. */
    @Test
    void linuxSocketsThrowIoException() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        InetAddress any = InetAddress.getLoopbackAddress();
        LinuxSockets.stream(any).close();
        try (DescriptorLimit limit = new DescriptorLimit()) {
            limit.none();
            assertThatIOException().isThrownBy(() -> LinuxSockets.stream(any));
            assertThatIOException().isThrownBy(() -> LinuxSockets.datagram(any));
        }
    }

    private static RefractiumBuilder silent(TestBackend backend) {
        return Proxy.builder()
                .threads(1)
                .peekTimeout(Duration.ofSeconds(3))
                .fallback(Transport.TCP, backend.address())
                .protocol(PrefixProtocol.of("alpha", "ALPHA"))
                .route("alpha", r -> r.to(backend.address()));
    }
}
