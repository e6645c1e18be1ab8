package dev.refractium.server.it.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Hook;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The refusals that hooks receive for sessions that no route takes. */
class RefusedSessionsIT {
    private final Asking hook = new Asking();

    @Test
    void everySessionIsEitherOpenedOrRefused() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(routes(backend), backend)) {
            send(proxy, "HOST a.test\n");
            assertThat(hook.next()).isEqualTo("TCP open named {host=[a.test]}  match");
            send(proxy, "HOST b.test\n");
            assertThat(hook.next()).isEqualTo("TCP no-route named {host=[b.test]}  ");
            send(proxy, "HOST two names\n");
            assertThat(hook.next()).isEqualTo("TCP incomplete named {}  two names");
            send(proxy, "nothing of that kind");
            assertThat(hook.next()).isEqualTo("TCP unmatched  {}  ");
            send(proxy, "HOST a.te");
            assertThat(hook.next()).isEqualTo("TCP incomplete named {}  ");
            send(proxy, "BOOM");
            assertThat(hook.next()).isEqualTo("TCP plugin-fault  {}  ");
            proxy.connect().finish().close();
            assertThat(hook.next()).isEqualTo("TCP left-early  {}  ");
            await().until(() -> proxy.live() == 0);

            assertThat(hook.seen).isEmpty();
        }
    }

    @Test
    void connectionOverTheLimitIsReported() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(routes(backend).maxConnections(1), backend);
                Client first = proxy.connect()) {
            first.send("HOST a.test\n").read(2);
            assertThat(hook.next()).isEqualTo("TCP open named {host=[a.test]}  match");
            send(proxy, "HOST a.test\n");

            assertThat(hook.next()).isEqualTo("TCP over-max-connections  {}  ");
            assertThat(hook.listener).isEqualTo(proxy.tcp().toString());
        }
    }

    @Test
    void unmatchedDatagramIsReported() throws Exception {
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(Proxy.builder()
                        .protocol(new Named())
                        .hook("asking", hook)
                        .route("named", r -> r.match("host", "a.test").to(backend.address())));
                UdpClient client = UdpClient.to(proxy.udp())) {
            client.send("HOST a.test\n").receive();
            assertThat(hook.next()).isEqualTo("UDP open named {host=[a.test]}  match");

            try (UdpClient other = UdpClient.to(proxy.udp())) {
                other.send("HOST b.test\n");
                assertThat(hook.next()).isEqualTo("UDP no-route named {host=[b.test]}  ");
            }
        }
    }

    private RefractiumBuilder routes(TestBackend backend) {
        return Proxy.builder()
                .protocol(new Named())
                .peekTimeout(Duration.ofMillis(500))
                .hook("asking", hook)
                .route("named", r -> r.match("host", "a.test").to(backend.address()));
    }

    private static void send(Proxy proxy, String text) throws Exception {
        try (Client client = proxy.connect()) {
            client.send(text).finish().rest();
        } catch (SocketException e) {
            // The server may have reset it while it was written to.
            assertThat(proxy.live()).isNotNegative();
        }
    }

    /** "HOST name", a line. */
    private static final class Named implements Protocol {
        @Override
        public String name() {
            return "named";
        }

        @Override
        public Set<Transport> transports() {
            return Set.of(Transport.values());
        }

        @Override
        public List<String> attributes() {
            return List.of("host");
        }

        @Override
        public Identification identify(Peek peek) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < peek.length(); i++) {
                text.append((char) peek.byteAt(i));
            }
            String said = text.toString();
            if (said.startsWith("BOOM")) {
                throw new IllegalStateException("on purpose");
            }
            if (!said.startsWith("HOST ")) {
                return Identification.noMatch();
            }
            if (!said.endsWith("\n")) {
                return Identification.recognised(said.length() + 1);
            }
            String name = said.substring(5, said.length() - 1);
            return name.contains(" ") ? Identification.unreadable("two names") : Identification.match("host", name);
        }
    }

    private static final class Asking implements Hook {
        final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
        volatile String listener = "";

        String next() throws InterruptedException {
            return String.valueOf(seen.poll(20, TimeUnit.SECONDS));
        }

        @Override
        public String name() {
            return "asking";
        }

        @Override
        public boolean refusals() {
            return true;
        }

        @Override
        public @Nullable Tap open(Session session) {
            seen.add(text(session, "open"));
            return null;
        }

        @Override
        public void refused(Session session, String reason) {
            listener = session.listener().toString();
            assertThat(session.route()).isEmpty();
            assertThat(session.backend()).isEmpty();
            seen.add(text(session, reason));
        }

        private static String text(Session session, String what) {
            return session.transport() + " " + what + " " + session.protocol() + " " + session.attributes() + "  "
                    + session.why();
        }
    }
}
