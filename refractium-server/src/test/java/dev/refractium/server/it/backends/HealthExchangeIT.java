package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a probe makes of what a server answers, over TCP and UDP. */
class HealthExchangeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aServerThatAnswersAsExpectedIsUp() throws Exception {
        try (TestBackend backend = TestBackend.serving(socket -> {
                    byte[] question = socket.getInputStream().readNBytes(4);
                    write(socket, "got " + new String(question, StandardCharsets.ISO_8859_1));
                    socket.getInputStream().read();
                });
                Proxy proxy = Proxy.unprobed(sending("got ping", "ping").fallback(Transport.TCP, backend.address()))) {
            await().atMost(PATIENCE).until(() -> health(proxy).equals("up"));
        }
    }

    @Test
    void aServerThatStopsHalfwayIsDown() throws Exception {
        isDown("no answer to the health check in 500ms", socket -> {
            write(socket, "got");
            while (socket.getInputStream().read() >= 0) {}
        });
    }

    @Test
    void aServerThatEndsHalfwayIsDown() throws Exception {
        isDown("ended before it answered the health check", socket -> {
            socket.getInputStream().readNBytes(4);
            write(socket, "got");
        });
    }

    @Test
    void aServerThatAnswersSomethingElseIsDown() throws Exception {
        isDown("answers in another protocol", socket -> write(socket, "gotten"));
    }

    @Test
    void anEndlessAnswerIsDown() throws Exception {
        try (TestBackend backend = TestBackend.serving(socket -> {
                    while (true) {
                        write(socket, "x".repeat(1_024));
                    }
                });
                CapturedLog log = new CapturedLog();
                Proxy proxy = Proxy.unprobed(Proxy.builder()
                        .protocol(new Judged(peek -> HealthCheck.Verdict.NEED_MORE))
                        .health(h -> h.check("protocol").interval(Duration.ofMillis(100)))
                        .route("judged", r -> r.to(backend.address())))) {
            await().atMost(PATIENCE).until(() -> health(proxy).equals("down"));
            assertThat(log.lines("WARN backend is down").get(0)).contains("answers at too great length");
        }
    }

    @Test
    void aCheckThatThrowsShowsNothingAndIsLoggedOnceUntilAResult() throws Exception {
        AtomicInteger throwsSoFar = new AtomicInteger();
        AtomicBoolean isRight = new AtomicBoolean();
        HealthCheck check = answer -> {
            if (isRight.get()) {
                return HealthCheck.Verdict.ALIVE;
            }
            throwsSoFar.incrementAndGet();
            throw new IllegalStateException("judged badly");
        };
        try (TestBackend backend = TestBackend.named("b");
                CapturedLog log = new CapturedLog();
                Proxy proxy = Proxy.unprobed(Proxy.builder()
                        .protocol(new Judged(check))
                        .health(h -> h.check("protocol").interval(Duration.ofMillis(100)))
                        .route("judged", r -> r.to(backend.address())))) {
            await().atMost(PATIENCE).until(() -> throwsSoFar.get() >= 4);
            assertThat(health(proxy)).isEqualTo("unknown");
            assertThat(log.lines("ERROR health check threw")).hasSize(1);

            isRight.set(true);
            await().atMost(PATIENCE).until(() -> health(proxy).equals("up"));
            isRight.set(false);
            int before = throwsSoFar.get();
            await().atMost(PATIENCE).until(() -> throwsSoFar.get() >= before + 4);

            assertThat(log.lines("ERROR health check threw")).hasSize(2);
        }
    }

    @Test
    void overUdpOnlyAnAnswerFromTheBackendItselfCounts() throws Exception {
        try (DatagramSocket backend = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Proxy proxy = Proxy.unprobed(
                        sending("pong", "ping").fallback(Transport.UDP, "127.0.0.1:" + backend.getLocalPort()))) {
            for (int i = 0; i < 2; i++) {
                answer(backend, other);
            }
            await().atMost(PATIENCE).until(() -> health(proxy).equals("down"));

            answer(backend, backend);
            await().atMost(PATIENCE).until(() -> health(proxy).equals("up"));
        }
    }

    private static void answer(DatagramSocket at, DatagramSocket from) throws IOException {
        DatagramPacket question = new DatagramPacket(new byte[16], 16);
        at.receive(question);
        byte[] pong = "pong".getBytes(StandardCharsets.ISO_8859_1);
        from.send(new DatagramPacket(pong, pong.length, question.getSocketAddress()));
    }

    private static void isDown(String reason, TestBackend.Handler handler) throws Exception {
        try (TestBackend backend = TestBackend.serving(handler);
                CapturedLog log = new CapturedLog();
                Proxy proxy = Proxy.unprobed(sending("got ping", "ping").fallback(Transport.TCP, backend.address()))) {
            await().atMost(PATIENCE).until(() -> health(proxy).equals("down"));

            assertThat(log.lines("WARN backend is down").get(0)).contains("reason=\"" + reason + "\"");
        }
    }

    private static RefractiumBuilder sending(String expected, String sent) {
        return Proxy.builder()
                .health(h -> h.check("send")
                        .send(sent.getBytes(StandardCharsets.ISO_8859_1))
                        .expect(expected.getBytes(StandardCharsets.ISO_8859_1))
                        .interval(Duration.ofMillis(100))
                        .timeout(Duration.ofMillis(500)));
    }

    private static String health(Proxy proxy) {
        return proxy.server().status().backends().get(0).health();
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Has a check that judges as the test says. */
    private record Judged(HealthCheck check) implements Protocol {
        @Override
        public String name() {
            return "judged";
        }

        @Override
        public Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
            return Optional.of(check);
        }

        @Override
        public Identification identify(Peek peek) {
            return Identification.noMatch();
        }
    }
}
