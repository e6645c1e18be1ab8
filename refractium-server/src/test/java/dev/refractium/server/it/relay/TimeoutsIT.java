package dev.refractium.server.it.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** For how long a session that is relayed may be quiet. */
class TimeoutsIT {
    /** Longer than a busy machine keeps a test waiting between two lines. */
    private static final Duration SHORT = Duration.ofMillis(1_500);

    @Test
    void halfCloseTimeoutCountsFromTheFinAndNotFromTheLastByte() throws Exception {
        CountDownLatch fin = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (TestBackend backend = TestBackend.serving(socket -> answerAfterFin(socket, fin, answer));
                Proxy proxy = Proxy.of(to(backend).halfCloseTimeout(SHORT));
                Client client = proxy.connect()) {
            client.send("?");
            assertThat(client.read(1)).isEqualTo("?");
            // Quiet for longer than the time-out, before anybody has closed.
            long quietSince = System.nanoTime();
            await().until(() -> System.nanoTime() - quietSince > 2 * SHORT.toNanos());

            client.finish();
            fin.await();
            long finAt = System.nanoTime();
            await().pollInterval(Duration.ofMillis(10)).until(() -> System.nanoTime() - finAt > SHORT.toNanos() / 3);
            answer.countDown();

            assertThat(client.rest()).isEqualTo(new Client.Rest("late", Client.Ending.FIN));
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("done", 1L)));
        }
    }

    @Test
    void quietHalfClosedSessionTimesOut() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (TestBackend backend = TestBackend.serving(socket -> answerAfterFin(socket, new CountDownLatch(1), never));
                Proxy proxy = Proxy.of(to(backend).halfCloseTimeout(SHORT));
                Client client = proxy.connect()) {
            client.send("?").finish();

            assertThat(client.rest()).isEqualTo(new Client.Rest("?", Client.Ending.RESET));
            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("half-close-timeout", 1L)));
            never.countDown();
        }
    }

    @Test
    void idleSessionTimesOutAndABusyOneDoesNot() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(to(backend).idleTimeout(SHORT));
                Client busy = proxy.connect().send("?");
                Client idle = proxy.connect().send("?")) {
            assertThat(busy.read(3)).isEqualTo("b>?");

            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                busy.send("+").read(1);
                return proxy.ends().equals(Map.of("idle", 1L));
            });

            assertThat(idle.rest()).isEqualTo(new Client.Rest("b>?", Client.Ending.RESET));
            assertThat(busy.send("still").read(5)).isEqualTo("still");
        }
    }

    @Test
    void peerThatDoesNotReadIsCutAtTheStallTimeout() throws Exception {
        byte[] bulk = new byte[16 << 20];
        try (TestBackend backend =
                        TestBackend.serving(socket -> socket.getOutputStream().write(bulk));
                Proxy proxy = Proxy.of(to(backend).stallTimeout(SHORT));
                Client client = proxy.connect().send("?")) {

            await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(Map.of("stalled", 1L)));

            assertThat(client.rest().ending()).isEqualTo(Client.Ending.RESET);
            await().untilAsserted(() -> assertThat(proxy.live()).isZero());
        }
    }

    private static void answerAfterFin(Socket socket, CountDownLatch fin, CountDownLatch answer)
            throws java.io.IOException {
        socket.getInputStream().transferTo(socket.getOutputStream());
        fin.countDown();
        try {
            answer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.getOutputStream().write(new byte[] {'l', 'a', 't', 'e'});
    }

    private static RefractiumBuilder to(TestBackend backend) {
        return Proxy.builder().fallback(Transport.TCP, backend.address());
    }
}
