package dev.refractium.server.it.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Commanded;
import dev.refractium.server.it.support.LateBackend;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.RandomBytes;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Backends that are connected only when the kernel asks a second time: nothing is sent too early, nothing is lost. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
class LateConnectIT {
    private static final int MUCH = 1 << 20;

    private final String io;

    LateConnectIT(String io) {
        this.io = TestedIo.usable(io);
    }

    @Test
    void bytesSentBeforeTheConnectArriveWhole() throws Exception {
        try (LateBackend late = new LateBackend();
                Proxy proxy = Proxy.of(to(late.address()));
                Socket client = new Socket()) {
            late.fill();
            client.connect(proxy.tcp());
            Commanded.tell(client, Commanded.UPLOAD, 7);
            // More than the proxy holds for a session that is not connected.
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendAndFinish(client));
            assertWaits(proxy, late);

            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(late));

            assertThat(new DataInputStream(client.getInputStream()).readLong()).isEqualTo(MUCH);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            sent.get(30, TimeUnit.SECONDS);
            served.get(30, TimeUnit.SECONDS);
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L)));
        }
    }

    @Test
    void finReceivedBeforeTheConnectFollowsTheBytes() throws Exception {
        try (LateBackend late = new LateBackend();
                Proxy proxy = Proxy.of(to(late.address()));
                Socket client = new Socket()) {
            late.fill();
            client.connect(proxy.tcp());
            Commanded.tell(client, Commanded.UPLOAD, 7);
            client.shutdownOutput();
            assertWaits(proxy, late);

            serve(late);

            assertThat(new DataInputStream(client.getInputStream()).readLong()).isZero();
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L)));
        }
    }

    @Test
    void silentClientIsGreetedAfterALateConnect() throws Exception {
        try (LateBackend late = new LateBackend();
                Proxy proxy = Proxy.of(server().route(
                                "mail",
                                r -> r.pattern(new byte[] {'M'})
                                        .serverFirst(true)
                                        .to(late.address())));
                Client client = proxy.connect()) {
            late.fill();
            assertWaits(proxy, late);

            try (Socket backend = late.accept()) {
                backend.getOutputStream().write("220 late\r\n".getBytes(US_ASCII));

                assertThat(client.read(10)).isEqualTo("220 late\r\n");
                client.send("QUIT");
                assertThat(backend.getInputStream().readNBytes(4)).isEqualTo("QUIT".getBytes(US_ASCII));
            }
            client.finish();
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L)));
        }
    }

    @Test
    void lateRefusalOfABackendLosesNoByte() throws Exception {
        try (LateBackend late = new LateBackend();
                TestBackend next = TestBackend.serving(new Commanded());
                Proxy proxy = Proxy.of(to(late.address(), next.address()), next);
                Socket client = new Socket()) {
            late.fill();
            client.connect(proxy.tcp());
            Commanded.tell(client, Commanded.UPLOAD, 7);
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendAndFinish(client));
            assertWaits(proxy, late);

            late.refuse();

            assertThat(new DataInputStream(client.getInputStream()).readLong()).isEqualTo(MUCH);
            sent.get(30, TimeUnit.SECONDS);
            assertThat(proxy.failures(late.address())).isPositive();
            assertThat(next.accepted()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L)));
        }
    }

    @Test
    void noConnectionIsKeptForAClientThatHasLeft() throws Exception {
        try (LateBackend late = new LateBackend();
                Proxy proxy = Proxy.of(to(late.address()));
                Client client = proxy.connect()) {
            late.fill();
            client.send("U");
            assertWaits(proxy, late);

            client.reset();

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("client-reset", 1L)));
            await().untilAsserted(() -> assertThat(proxy.live()).isZero());
        }
    }

    /** The session goes on waiting: it is neither given up nor taken as connected. */
    private static void assertWaits(Proxy proxy, LateBackend late) {
        await().until(() -> proxy.live() == 1);
        await().during(Duration.ofMillis(200)).untilAsserted(() -> {
            assertThat(proxy.live()).isEqualTo(1);
            assertThat(proxy.failures(late.address())).isZero();
        });
    }

    private RefractiumBuilder to(String... backends) {
        return server().route("test", r -> r.pattern(new byte[] {'U'}).to(backends));
    }

    private RefractiumBuilder server() {
        // A second probe would take the place in the queue that a session is to have.
        return Proxy.builder().io(io).healthInterval(Duration.ofHours(1));
    }

    private static void sendAndFinish(Socket client) {
        try {
            new RandomBytes(7).send(client.getOutputStream(), MUCH);
            client.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError("the proxy did not take all", e);
        }
    }

    private static void serve(LateBackend late) {
        try (Socket socket = late.accept()) {
            new Commanded().serve(socket);
        } catch (IOException e) {
            throw new AssertionError("nobody came late", e);
        }
    }
}
