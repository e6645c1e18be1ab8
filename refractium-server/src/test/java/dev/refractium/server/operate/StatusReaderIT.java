package dev.refractium.server.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.report.HookCounts;
import dev.refractium.server.report.Status;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the status of a running server says beyond what other tests look at. */
class StatusReaderIT {
    @Test
    void undecidedSessionsAndHooksAreShownWithTheirBudgetsAndCounts() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Proxy proxy = Proxy.of(
                        Proxy.builder()
                                .peekTimeout(Proxy.NEVER)
                                .peekMemory(1 << 20)
                                .relayMemory(1 << 21)
                                .protocol(PrefixProtocol.of("prefix", "PREFIX"))
                                .hook("watching", session -> end -> {})
                                .route("prefix", r -> r.to(backend.address())),
                        backend)) {
            try (Client undecided = proxy.connect().send("PRE");
                    Client routed = proxy.connect().send("PREFIX")) {
                assertThat(routed.read(8)).isEqualTo("b>PREFIX");
                await().until(() -> status(proxy).memory().peekMemory().held() > 0);

                Status status = status(proxy);
                assertThat(status.state()).isEqualTo(Status.State.READY);
                assertThat(status.sessions()).isEqualTo(2);
                assertThat(status.memory().peekMemory().limit()).isEqualTo(1 << 20);
                assertThat(status.memory().relayMemory()).isEqualTo(new Status.Budget(0, 1 << 21));
                await().until(() -> watching(proxy).opened() == 1);
                assertThat(watching(proxy).ejected()).isFalse();
                assertThat(undecided.send("FIX").read(8)).isEqualTo("b>PREFIX");
            }
            await().until(() -> status(proxy).memory().peekMemory().held() == 0);
            await().until(() -> status(proxy).ends().getOrDefault("done", 0L) == 2);
            assertThat(status(proxy).bytes()).isEqualTo(2 * (6 + 8));
        }
    }

    private static HookCounts watching(Proxy proxy) {
        return Objects.requireNonNull(status(proxy).hooks().get("watching"));
    }

    private static Status status(Proxy proxy) {
        return proxy.server().status();
    }
}
