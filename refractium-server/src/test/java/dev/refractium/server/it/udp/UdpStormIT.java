package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many sessions of one question each, as resolvers ask from a port for each question. */
class UdpStormIT {
    private static final int SESSIONS = Full.is() ? 100_000 : 4_000;
    private static final int CLIENTS = 8;

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void stormOfShortSessionsIsAnsweredAndLeavesNoDescriptor(String io) throws Exception {
        assumeThat(Descriptors.areKnown()).as("/proc/self/fd").isTrue();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(Proxy.builder()
                        .io(TestedIo.usable(io))
                        .transports(Transport.UDP)
                        .route(
                                "test",
                                r -> r.pattern(new byte[] {'R'})
                                        .transport(Transport.UDP)
                                        .responses(1)
                                        .to(backend.address())))) {
            // The first sessions may open files, for classes that are loaded.
            storm(clients, CLIENTS, proxy.udp());
            await().until(() -> proxy.live() == 0);
            int before = Descriptors.open();

            int answered = storm(clients, SESSIONS, proxy.udp());

            await().until(() -> proxy.live() == 0);
            await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(before));
            System.out.printf(
                    "UDP storm: %s: %d of %d questions answered, ends %s, descriptors %d before, %d after%n",
                    io, answered, SESSIONS, proxy.ends(), before, Descriptors.open());
            assertThat(answered).isEqualTo(SESSIONS);
            assertThat(proxy.ends()).containsOnlyKeys("done");
            // A port may be another client's again while its session is still there.
            assertThat(proxy.ends().get("done")).isBetween(SESSIONS * 9L / 10, (long) SESSIONS + CLIENTS);
        } finally {
            clients.shutdownNow();
        }
    }

    /** Returns how many of the questions had their answer. */
    private static int storm(ExecutorService clients, int sessions, InetSocketAddress proxy) throws Exception {
        List<Future<Integer>> parts = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            String address = "127.0.1." + (i + 1);
            parts.add(clients.submit(() -> ask(sessions / CLIENTS, address, proxy)));
        }
        int answered = 0;
        for (Future<Integer> part : parts) {
            answered += part.get();
        }
        return answered;
    }

    private static int ask(int times, String address, InetSocketAddress proxy) throws IOException {
        int answered = 0;
        for (int i = 0; i < times; i++) {
            String question = "R " + i;
            try (UdpClient client = UdpClient.from(address, proxy)) {
                answered += client.send(question).read().equals(question) ? 1 : 0;
            }
        }
        return answered;
    }
}
