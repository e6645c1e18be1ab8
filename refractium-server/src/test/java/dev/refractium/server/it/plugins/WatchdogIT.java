package dev.refractium.server.it.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.KeptLoop;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A plugin that blocks holds its event loop; the log names it, and the loops that still answer accept. */
@Alone
class WatchdogIT {
    @Test
    void blockedLoopIsNamedAndTheOthersAcceptAndServe() throws Exception {
        assumeThat(Runtime.getRuntime().availableProcessors())
                .as("processors: two loops")
                .isGreaterThan(1);
        CountDownLatch release = new CountDownLatch(1);
        try (TestBackend backend = TestBackend.named("backend");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .protocol(PrefixProtocol.of("alpha", "ALPHA"))
                                .protocol(KeptLoop.until(release))
                                .peekTimeout(Proxy.NEVER)
                                .route("alpha", r -> r.to(backend.address()))
                                .route("kept", r -> r.to(backend.address())),
                        backend);
                Client first = proxy.connect();
                Client second = proxy.connect()) {
            // The first is on the loop that accepts, the second on another.
            await().until(() -> proxy.live() == 2);
            InetSocketAddress address = proxy.tcp();

            long begin = System.nanoTime();
            first.send("KEPT!");
            await().until(() -> !proxy.server().status().isReady());
            long noticed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

            for (int i = 0; i < 8; i++) {
                try (Client client = proxy.connect()) {
                    assertThat(client.send("ALPHA").read(13)).isEqualTo("backend>ALPHA");
                }
            }
            assertThat(second.send("ALPHA").read(13)).isEqualTo("backend>ALPHA");
            release.countDown();
            assertThat(first.read(13)).isEqualTo("backend>KEPT!");
            await().until(() -> proxy.server().status().isReady());
            try (Client client = proxy.connect()) {
                assertThat(client.send("ALPHA").read(13)).isEqualTo("backend>ALPHA");
            }
            proxy.server().close();
            assertThatThrownBy(() -> Client.to(address)).isInstanceOf(ConnectException.class);
            System.out.printf("blocked loop: noticed after %d ms, others served 9 of 9%n", noticed);
        } finally {
            release.countDown();
        }
    }
}
