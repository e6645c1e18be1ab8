package dev.refractium.server.it.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.LoopThreads;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A request over a session that is open leaves the collector nothing to do; on epoll there is none but our code. */
@Alone
class AllocationIT {
    private static final int SESSIONS = 16;
    private static final int REQUESTS = Full.is() ? 200_000 : 20_000;
    /** Bytes that the JDK's selector and channels may allocate: 3 were seen on Java 17, 131 on 25. */
    private static final int JDK = 200;

    private static final byte[] REQUEST = new byte[128];

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void requestOverAnOpenSessionAllocatesNothing(String io) throws Exception {
        List<Client> clients = new ArrayList<>();
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.unprobed(Proxy.builder()
                        .io(TestedIo.usable(io))
                        .healthOff()
                        .route("test", r -> r.pattern(new byte[1]).to(backend.address())))) {
            for (int i = 0; i < SESSIONS; i++) {
                Client client = proxy.connect();
                clients.add(client);
                client.send(REQUEST);
                assertThat(client.read(2 + REQUEST.length)).startsWith("b>");
            }
            exchange(clients, 20_000);
            double atRest = LoopThreads.allocatedPerSecondAtRest();
            long before = LoopThreads.allocated();
            long start = System.nanoTime();

            exchange(clients, REQUESTS);

            // What the time costs is no request's, and on a busy machine there is more of it.
            double forTime = atRest * LoopThreads.seconds(start);
            double each = (LoopThreads.allocated() - before - forTime) / REQUESTS;
            System.out.printf(
                    "relay: %s: %.3f B allocated a request, of %,d over open sessions; %.0f B a second at rest%n",
                    io, each, REQUESTS, atRest);
            assertThat(each).isLessThan(io.equals("nio") ? JDK : 0.5);
            for (Client client : clients) {
                client.close();
            }
        }
    }

    private static void exchange(List<Client> clients, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            Client client = clients.get(i % clients.size());
            client.send(REQUEST);
            assertThat(client.read(REQUEST.length).length()).isEqualTo(REQUEST.length);
        }
    }
}
