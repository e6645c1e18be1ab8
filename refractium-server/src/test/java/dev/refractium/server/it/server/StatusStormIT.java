package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.control.ControlClient;
import dev.refractium.server.control.ControlServer;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Clients that query the status without a pause cost processor time and hold up no session. */
@Alone
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "control sockets have not been tried there")
class StatusStormIT {
    private static final int ASKERS = 4;
    private static final int IDLE = Full.is() ? 2_000 : 100;
    private static final int EXCHANGES = Full.is() ? 50_000 : 2_000;

    /** More than a busy machine takes, and less than one pause that is felt. */
    private static final long BOUND_MICROS = 100_000;

    @TempDir
    private Path directory;

    @Test
    void statusQueriesDoNotDelayTheDataPath() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(ASKERS);
        AtomicBoolean over = new AtomicBoolean();
        List<Client> idle = new ArrayList<>();
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .protocol(PrefixProtocol.of("alpha", "ALPHA"))
                                .route("alpha", r -> r.to(backend.address())),
                        backend);
                ControlServer control = ControlServer.start(
                        Optional.of(directory.resolve("c.sock")),
                        Map.of(),
                        proxy.server().administration());
                Client client = served(proxy)) {
            for (int i = 0; i < IDLE; i++) {
                idle.add(served(proxy));
            }
            exchanges(client);
            long quiet = p99(exchanges(client));
            Callable<Integer> asker = () -> ask(ControlClient.at(control.file()), over);
            List<Future<Integer>> askers = new ArrayList<>();
            for (int i = 0; i < ASKERS; i++) {
                askers.add(threads.submit(asker));
            }
            long begin = System.nanoTime();
            long busy = Attempts.untilGood(() -> p99(exchanges(client)), p99 -> p99 < BOUND_MICROS);
            double seconds = (System.nanoTime() - begin) / 1e9;
            over.set(true);
            int answers = 0;
            for (Future<Integer> asked : askers) {
                answers += asked.get();
            }

            System.out.printf(
                    "status storm: %d exchanges through one of %d sessions: p99 %d us, while %d clients had %.0f answers a second"
                            + " to status %d us%n",
                    EXCHANGES, IDLE + 1, quiet, ASKERS, answers / seconds, busy);
            assertThat(answers).isGreaterThan(ASKERS);
            assertThat(busy).isLessThan(BOUND_MICROS);
        } finally {
            over.set(true);
            threads.shutdownNow();
            for (Client client : idle) {
                client.close();
            }
        }
    }

    private static Client served(Proxy proxy) throws Exception {
        Client client = proxy.connect().send("ALPHA");
        assertThat(client.read(7)).isEqualTo("b>ALPHA");
        return client;
    }

    private static int ask(ControlClient server, AtomicBoolean over) throws Exception {
        int answers = 0;
        while (!over.get()) {
            assertThat(server.status()).startsWith("{\"state\":\"ready\"");
            answers++;
        }
        return answers;
    }

    /** How many microseconds each took, in ascending order. */
    private static long[] exchanges(Client client) throws Exception {
        long[] took = new long[EXCHANGES];
        for (int i = 0; i < EXCHANGES; i++) {
            long begin = System.nanoTime();
            assertThat(client.send("x").read(1)).isEqualTo("x");
            took[i] = (System.nanoTime() - begin) / 1_000;
        }
        Arrays.sort(took);
        return took;
    }

    private static long p99(long[] sorted) {
        return sorted[sorted.length * 99 / 100];
    }
}
