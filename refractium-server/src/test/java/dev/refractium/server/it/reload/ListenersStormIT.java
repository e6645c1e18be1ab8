package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.LiveStreams;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten listeners, half of which change at each reload, and no client of the other half notices. The long form is
 * {@code -Drefractium.full=true}.
 */
@Alone
class ListenersStormIT {
    private static final int HALF = 5;
    private static final int CHANGES = Full.is() ? 20 : 5;
    private static final int STREAMS = Full.is() ? 200 : 40;
    private static final int VISITORS_A_SECOND = Full.is() ? 500 : 100;

    @TempDir
    Path directory;

    private final List<Integer> staying = new ArrayList<>();
    private final AtomicInteger came = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean ended;

    @Test
    void clientsOfListenersThatStayLoseNothing() throws Exception {
        for (int i = 0; i < HALF; i++) {
            staying.add(TestBackend.deadPort());
        }
        List<Integer> changing = write();
        try (TestBackend backend = TestBackend.named("b");
                Refractium server = Refractium.builder()
                        .io(TestedIo.name())
                        .config(file())
                        .hotReload(false)
                        .maxGenerations(64)
                        .maxConnectionsPerIp(0)
                        .peekTimeout(Duration.ofMillis(50))
                        .drainTimeout(Duration.ZERO)
                        .fallback(Transport.TCP, backend.address())
                        .start()) {
            LiveStreams streams = new LiveStreams();
            for (int i = 0; i < STREAMS; i++) {
                streams.add(greeted(staying.get(i % HALF)));
            }
            Thread visitors = new Thread(this::visit, "visitors");
            visitors.start();
            try {
                for (int change = 0; change < CHANGES; change++) {
                    List<Integer> before = changing;
                    changing = write();

                    server.reload();

                    for (int port : changing) {
                        try (Client client = greeted(port)) {
                            client.reset();
                        }
                    }
                    for (int port : before) {
                        assertThatThrownBy(() -> Client.to(at(port))).isInstanceOf(ConnectException.class);
                    }
                }
            } finally {
                ended = true;
                visitors.join();
                streams.end();
            }
            System.out.printf(
                    "listeners changed %d times: streams lost %d of %d, blocks wrong %d; new connections %d, refused %d%n",
                    CHANGES, streams.lost(), streams.opened(), streams.wrong(), came.get(), refused.get());
            assertThat(streams.lost()).isZero();
            assertThat(streams.wrong()).isZero();
            assertThat(refused).hasValue(0);
            await().until(() -> server.status().sessions() == 0);
            assertThat(server.status().generations()).hasSize(1);
        }
    }

    private void visit() {
        long next = System.nanoTime();
        while (!ended) {
            next += 1_000_000_000L / VISITORS_A_SECOND;
            LockSupport.parkNanos(next - System.nanoTime());
            try (Client client = greeted(staying.get(came.getAndIncrement() % HALF))) {
                client.reset();
            } catch (IOException | AssertionError e) {
                System.out.println("visitor refused: " + e);
                refused.incrementAndGet();
            }
        }
    }

    private static Client greeted(int port) throws IOException {
        Client client = Client.to(at(port)).send("X");
        assertThat(client.read(3)).isEqualTo("b>X");
        return client;
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private Path file() {
        return directory.resolve("refractium.toml");
    }

    /** Writes a configuration whose second half of listeners is new, and returns their ports. */
    private List<Integer> write() throws IOException {
        StringBuilder text = new StringBuilder();
        List<Integer> changing = new ArrayList<>();
        for (int i = 0; i < HALF; i++) {
            changing.add(TestBackend.deadPort());
            text.append(listener("stays-" + i, staying.get(i))).append(listener("changes-" + i, changing.get(i)));
        }
        Files.writeString(file(), text);
        return changing;
    }

    private static String listener(String name, int port) {
        return "[[listeners]]\nname = \"" + name + "\"\nbind = \"127.0.0.1\"\nport = " + port + "\n";
    }
}
