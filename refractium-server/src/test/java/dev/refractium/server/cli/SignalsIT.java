package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The effect of signals on a server, and its exit code. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
class SignalsIT extends LaunchTesting {
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void signalEndsTheServerWithZero(String signal) throws Exception {
        configure("");

        try (Launched server = launch()) {
            server.address();

            server.signal(signal);

            assertThat(server.exitCode()).isZero();
            assertThat(server.out().lines()).hasSize(1);
        }
    }

    @Test
    void signalLetsASessionFinish() throws Exception {
        configure("drain_timeout = \"1h\"");

        try (Launched server = launch();
                Client client = Client.to(server.address())) {
            client.send("ONE").read(11);
            server.signal("TERM").awaitErr("draining sessions=1");

            client.send("more").finish();

            assertThat(client.rest().text()).isEqualTo("more");
            assertThat(server.exitCode()).isZero();
            assertThat(server.err()).contains("drained finished=1 cut=0");
        }
    }

    @Test
    void secondSignalEndsTheServerAtOnce() throws Exception {
        configure("drain_timeout = \"1h\"");

        try (Launched server = launch();
                Client client = Client.to(server.address())) {
            client.send("ONE").read(11);
            server.signal("TERM").awaitErr("draining sessions=1");

            server.signal("INT");

            assertThat(server.exitCode()).isZero();
            assertThat(server.err()).contains("drained finished=0 cut=1");
        }
    }

    @Test
    void hangUpReloadsTheFileAndSurvivesABrokenOne() throws Exception {
        configure("");

        try (Launched server = launch()) {
            InetSocketAddress address = server.address();

            server.signal("HUP").awaitErr("reloaded generation=2");
            configure("nonsense = 1");
            server.signal("HUP").awaitErr("reload refused, nothing has changed");

            try (Client client = Client.to(address)) {
                assertThat(client.send("ONE").read(11)).isEqualTo("backend>ONE");
            }
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "threads are counted in /proc")
    void manyHangUpsHoldNoThreads() throws Exception {
        configure("");

        try (Launched server = launch()) {
            server.address();
            server.signal("HUP").awaitErr("reloaded generation=2");
            int before = server.threads();
            int most = before;

            for (int i = 0; i < 40; i++) {
                server.signals("HUP", 50);
                most = Math.max(most, server.threads());
            }

            // The JVM starts a thread for each signal, which has nothing to wait for.
            assertThat(most).isLessThan(before + 500);
            await().atMost(Duration.ofSeconds(20)).until(() -> server.threads() <= before + 2);
            assertThat(server.signal("TERM").exitCode()).isZero();
        }
    }
}
