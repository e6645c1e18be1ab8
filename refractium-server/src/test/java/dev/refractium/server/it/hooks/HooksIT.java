package dev.refractium.server.it.hooks;

import static dev.refractium.api.Direction.FROM_BACKEND;
import static dev.refractium.api.Direction.FROM_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Overflow;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.RandomBytes;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestHook;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.it.support.Watching;
import dev.refractium.testkit.RecordingTap;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes and events that hooks receive of real sessions. */
class HooksIT {
    private static final RandomBytes UP = new RandomBytes(1);
    private static final RandomBytes DOWN = new RandomBytes(2);

    private final Watching hook = new Watching(UP, DOWN, Overflow.drop());

    static LongStream sizes() {
        LongStream usual = LongStream.of(1 << 10, (64 << 10) + 1, 1 << 20, 64 << 20);
        return Full.is() ? LongStream.concat(usual, LongStream.of(1L << 30)) : usual;
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everyByteIsDeliveredOrReportedLostInOrderIfTheClientEndsFirst(long size) throws Exception {
        try (TestBackend backend = TestBackend.serving(socket -> {
                    if (UP.verify(socket.getInputStream()) == size) {
                        DOWN.send(socket.getOutputStream(), size);
                    }
                });
                Proxy proxy = proxy(backend);
                Socket client = connect(proxy)) {
            UP.send(client.getOutputStream(), size);
            client.shutdownOutput();
            assertThat(DOWN.verify(client.getInputStream())).isEqualTo(size);

            assertComplete(hook.next(), size, size, "done");
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void everyByteIsDeliveredOrReportedLostInOrderIfTheBackendEndsFirst(long size) throws Exception {
        try (TestBackend backend = TestBackend.serving(socket -> {
                    if (socket.getInputStream().read() >= 0) {
                        DOWN.send(socket.getOutputStream(), size);
                        socket.shutdownOutput();
                        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    }
                });
                Proxy proxy = proxy(backend);
                Socket client = connect(proxy)) {
            CompletableFuture<Long> answer = new CompletableFuture<>();
            new Thread(() -> read(client, answer)).start();
            UP.send(client.getOutputStream(), size);
            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(size);
            client.shutdownOutput();

            assertComplete(hook.next(), size, size, "done");
        }
    }

    @Test
    void bytesRelayedBeforeAResetAreDelivered() throws Exception {
        long size = 100_000;
        try (TestBackend backend = TestBackend.serving(socket -> {
                    if (UP.verify(socket.getInputStream(), size) == size) {
                        DOWN.send(socket.getOutputStream(), size);
                        socket.getInputStream().read();
                    }
                });
                Proxy proxy = proxy(backend)) {
            try (Socket client = connect(proxy)) {
                UP.send(client.getOutputStream(), size);
                assertThat(DOWN.verify(client.getInputStream(), size)).isEqualTo(size);
                client.setSoLinger(true, 0);
            }

            assertComplete(hook.next(), size, size, "client-reset");
        }
    }

    @Test
    void slowHookThatHoldsLosesNoByteOfAStream() throws Exception {
        long size = 64 << 20;
        Watching holding = new Watching(UP, DOWN, Overflow.hold(Duration.ofSeconds(30)));
        try (TestBackend backend = answering(size);
                Proxy proxy = Proxy.of(builder(backend).hook("holding", holding), backend);
                Socket client = connect(proxy)) {
            UP.send(client.getOutputStream(), 1);
            assertThat(DOWN.verify(client.getInputStream())).isEqualTo(size);
            client.shutdownOutput();

            Watching.Watched watched = holding.next();
            assertComplete(watched, 1, size, "done");
            assertThat(watched.lost(FROM_BACKEND)).isZero();
        }
    }

    @Test
    void datagramsAreDeliveredUnchangedIncludingEmptyOnes() throws Exception {
        LinkedBlockingQueue<RecordingTap> taps = new LinkedBlockingQueue<>();
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(Proxy.builder()
                        .fallback(Transport.UDP, backend.address())
                        .udpIdleTimeout(Duration.ofMillis(300))
                        .hook("recording", recording(taps)));
                UdpClient client = UdpClient.to(proxy.udp())) {
            for (int size : List.of(0, 1, 1472, 65507)) {
                assertThat(client.send(new byte[size]).receive()).hasSize(size);
            }

            RecordingTap tap = taps.poll(30, TimeUnit.SECONDS);
            await().until(() -> tap.end().isPresent());
            assertThat(tap.calls())
                    .containsExactly(
                            "data FROM_CLIENT 0",
                            "data FROM_BACKEND 0",
                            "data FROM_CLIENT 1",
                            "data FROM_BACKEND 1",
                            "data FROM_CLIENT 1472",
                            "data FROM_BACKEND 1472",
                            "data FROM_CLIENT 65507",
                            "data FROM_BACKEND 65507",
                            "closed done");
            assertThat(tap.broken()).isEmpty();
        }
    }

    @Test
    void failedDialAndItsFallbackAreBothReported() throws Exception {
        LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
        String dead = "127.0.0.1:" + TestBackend.deadPort();
        try (TestBackend backend = TestBackend.named("other");
                Proxy proxy = Proxy.of(builder(backend)
                        .hook(
                                "log",
                                session -> end ->
                                        seen.add(session.route() + ", " + session.protocol() + ", " + session.why()
                                                + ", " + session.backend().isPresent() + ", " + end.cause()))
                        .route(
                                "mine",
                                route -> route.pattern(new byte[] {'M'})
                                        .onUnhealthy(OnFailure.FALLBACK)
                                        .to(dead)))) {
            try (Client client = proxy.connect()) {
                assertThat(client.send("Mine").finish().rest().text()).isEqualTo("other>Mine");
            }

            // By two threads of the hook, which have no order between them.
            await().untilAsserted(() -> assertThat(seen)
                    .containsExactlyInAnyOrder(
                            "mine, mine, match, false, no-backend", "fallback, mine, fallback no-backend, true, done"));
        }
    }

    @Test
    void hookThatThrowsLosesItsTapOnly() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(
                        builder(backend).hook("watching", hook).hook("broken", session -> {
                            throw new IllegalStateException("as planned");
                        }),
                        backend);
                Client client = proxy.connect()) {
            assertThat(client.send("x").finish().rest().text()).isEqualTo("b>x");

            SessionEnd end = hook.next().end();
            assertThat(end.bytes(FROM_CLIENT)).isEqualTo(1);
            assertThat(end.bytes(FROM_BACKEND)).isEqualTo(3);
            await().until(() -> proxy.hook("broken").faults() == 1);
            assertThat(proxy.hook("watching").opened()).isOne();
        }
    }

    @Test
    void hookThatNeverReturnsHoldsNoSessionAndItsMemoryIsBounded() throws Exception {
        long size = 64 << 20;
        CompletableFuture<Void> never = new CompletableFuture<>();
        try (TestBackend backend = answering(size);
                Proxy proxy = Proxy.of(
                        builder(backend).hook("stuck", new TestHook(session -> {
                            never.join();
                            return new RecordingTap();
                        })),
                        backend);
                Socket client = connect(proxy)) {
            UP.send(client.getOutputStream(), 1);
            assertThat(DOWN.verify(client.getInputStream())).isEqualTo(size);
            assertThat(proxy.hook("stuck").memory()).isBetween(1L << 20, 16L << 20);
            assertThat(proxy.hook("stuck").lostBytes()).isGreaterThan(size / 2);
            never.complete(null);
        }
    }

    /** Sends this many bytes to each client that has sent something. */
    private static TestBackend answering(long size) throws IOException {
        return TestBackend.serving(socket -> {
            if (socket.getInputStream().read() >= 0) {
                DOWN.send(socket.getOutputStream(), size);
            }
        });
    }

    private static void read(Socket client, CompletableFuture<Long> answer) {
        try {
            answer.complete(DOWN.verify(client.getInputStream()));
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
    }

    private Proxy proxy(TestBackend backend) throws Exception {
        return Proxy.of(builder(backend).hook("watching", hook), backend);
    }

    private static RefractiumBuilder builder(TestBackend backend) {
        return Proxy.builder().fallback(Transport.TCP, backend.address());
    }

    private static Socket connect(Proxy proxy) throws IOException {
        Socket client = new Socket(proxy.tcp().getAddress(), proxy.tcp().getPort());
        client.setSoTimeout(60_000);
        return client;
    }

    private static void assertComplete(Watching.Watched watched, long up, long down, String cause) throws Exception {
        SessionEnd end = watched.end();
        assertThat(watched.wrong()).isEmpty();
        assertThat(end.cause()).isEqualTo(cause);
        assertThat(end.bytes(FROM_CLIENT)).isEqualTo(up);
        assertThat(end.bytes(FROM_BACKEND)).isEqualTo(down);
        assertThat(watched.seen(FROM_CLIENT)).isEqualTo(up);
        assertThat(watched.seen(FROM_BACKEND)).isEqualTo(down);
        assertThat(watched.session.backend()).isPresent();
        System.out.printf(
                "hooks: %d up, %d down, lost %d and %d, %s%n",
                up, down, watched.lost(FROM_CLIENT), watched.lost(FROM_BACKEND), cause);
    }

    /** Returns a hook that remembers all of each session. */
    private static TestHook recording(Queue<RecordingTap> taps) {
        return new TestHook(session -> {
            RecordingTap tap = new RecordingTap();
            taps.add(tap);
            return tap;
        });
    }
}
