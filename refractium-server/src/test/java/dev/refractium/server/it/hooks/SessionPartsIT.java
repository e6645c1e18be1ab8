package dev.refractium.server.it.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Direction;
import dev.refractium.api.Party;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.SessionStage;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What hooks learn of the parts of a session: who ended it, in which stage, and how long each took. */
class SessionPartsIT {
    private final LinkedBlockingQueue<Session> opened = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<SessionEnd> ended = new LinkedBlockingQueue<>();
    private TestBackend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = TestBackend.named("b");
    }

    @AfterEach
    void stopBackend() throws IOException {
        backend.close();
    }

    @Test
    void sideThatEndsItsSendingFirstHasEndedTheSession() throws Exception {
        try (TestBackend brief =
                        TestBackend.serving(socket -> socket.getInputStream().read());
                Proxy proxy = Proxy.unprobed(watched()
                        .route("x", r -> r.pattern(new byte[] {'X'}).to(backend.address()))
                        .route("y", r -> r.pattern(new byte[] {'Y'}).to(brief.address())))) {
            try (Client client = proxy.connect().send("X")) {
                client.finish().rest();
            }
            assertThat(next(ended).endedBy()).isEqualTo(Party.CLIENT);

            try (Client client = proxy.connect().send("Y")) {
                client.rest();
                client.finish();
                SessionEnd end = next(ended);
                assertThat(end.cause()).isEqualTo("done");
                assertThat(end.endedBy()).isEqualTo(Party.BACKEND);
                assertThat(end.stage()).contains(SessionStage.RELAY);
            }
        }
    }

    @Test
    void sessionSaysWhereItBelongsAndCountsItsBytesWhileItLives() throws Exception {
        try (Proxy proxy =
                        Proxy.unprobed(watched().pool("web", backend.address()).fallback(Transport.TCP, "pool:web"));
                Client client = proxy.connect().send("12345")) {
            client.read("b>12345".length());
            Session session = next(opened);

            assertThat(session.listenerName()).isEqualTo("default");
            assertThat(session.pool()).isEqualTo("pool:web");
            assertThat(session.generation()).isEqualTo(1);
            await().untilAsserted(() ->
                    assertThat(session.bytes(Direction.FROM_BACKEND)).isEqualTo(7));
            assertThat(session.bytes(Direction.FROM_CLIENT)).isEqualTo(5);
        }
    }

    @Test
    void backendsThatWereTriedAreCountedAndSoIsTheTimeThatItTook() throws Exception {
        String dead = "127.0.0.1:" + TestBackend.deadPort();
        try (Proxy proxy = Proxy.unprobed(watched().fallback(Transport.TCP, dead, backend.address()));
                Client client = proxy.connect().send("X")) {
            client.finish().rest();

            SessionEnd end = next(ended);
            assertThat(end.attempts()).isEqualTo(2);
            assertThat(end.in(SessionStage.PROXY_HEADER)).isEmpty();
            assertThat(end.in(SessionStage.QUEUE)).isEmpty();
            Duration parts = time(end, SessionStage.PEEK)
                    .plus(time(end, SessionStage.DIAL))
                    .plus(time(end, SessionStage.RELAY));
            assertThat(parts).isPositive().isLessThanOrEqualTo(end.toEnd());
        }
    }

    @Test
    void timeInAQueueIsItsOwn() throws Exception {
        RefractiumBuilder builder = watched()
                .pool(
                        "web",
                        pool -> pool.queueTimeout(Duration.ofMillis(300))
                                .to(backend.address(), server -> server.maxConnections(1)))
                .fallback(Transport.TCP, "pool:web");
        try (Proxy proxy = Proxy.unprobed(builder);
                Client served = proxy.connect().send("X");
                Client waiting = proxy.connect()) {
            served.read(3);
            waiting.send("X").rest();

            SessionEnd end = next(ended);
            assertThat(end.cause()).isEqualTo("queue-timeout");
            assertThat(end.stage()).contains(SessionStage.QUEUE);
            assertThat(time(end, SessionStage.QUEUE)).isGreaterThan(Duration.ofMillis(200));
            assertThat(end.attempts()).isZero();
        }
    }

    @Test
    void flowHasItsPartsToo() throws Exception {
        try (UdpBackend echo = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.unprobed(watched().udpMaxSessionsPerIp(1).fallback(Transport.UDP, echo.address()));
                UdpClient first = UdpClient.to(proxy.udp());
                UdpClient second = UdpClient.to(proxy.udp())) {
            first.send("X").read();
            second.send("X").read();

            SessionEnd end = next(ended);
            assertThat(end.cause()).isEqualTo("gave-way");
            assertThat(end.endedBy()).isEqualTo(Party.PROXY);
            assertThat(end.stage()).contains(SessionStage.RELAY);
            assertThat(end.attempts()).isOne();
            assertThat(time(end, SessionStage.PEEK)).isLessThanOrEqualTo(end.toRoute());
        }
    }

    private RefractiumBuilder watched() {
        return Proxy.builder().healthOff().hook("watching", session -> {
            opened.add(session);
            return ended::add;
        });
    }

    private static Duration time(SessionEnd end, SessionStage stage) {
        return end.in(stage).orElseThrow();
    }

    private static <T> T next(LinkedBlockingQueue<T> from) throws InterruptedException {
        T next = from.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no hook was notified");
        }
        return next;
    }
}
