package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    void hangUpDuringTheStartDoesNotEndTheServer() throws Exception {
        configure("");
        Path classes = directory.resolve("classes");

        // The parser of the command line comes after main has begun, and long before the server has its own reaction.
        try (Launched server = Launched.in(directory, List.of("-Xlog:class+load:file=" + classes))) {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> Files.exists(classes)
                            && Files.readString(classes).contains(CommandLines.class.getName() + " "));
            server.signal("HUP");

            server.address();
            assertThat(server.signal("TERM").exitCode()).isZero();
        }
    }

    @Test
    void hangUpIsLeftToTheJvmWhereNoServerStarts() {
        assertThat(Main.mayServe()).isTrue();
        assertThat(Main.mayServe("-c", "a.toml")).isTrue();
        assertThat(Main.mayServe("tcp")).isTrue();
        assertThat(Main.mayServe("udp", "-p", "80")).isTrue();
        assertThat(Main.mayServe("identify")).isFalse();
        assertThat(Main.mayServe("status", "--json")).isFalse();
    }

    @Test
    void serverThatWasStartedWithHangUpsIgnoredLogsIt() throws Exception {
        configure("");

        try (Launched server = Launched.behind(directory, "trap '' HUP")) {
            server.address();
            server.awaitErr("SIGHUP ignored").signal("HUP");

            assertThat(server.signal("TERM").exitCode()).isZero();
            assertThat(server.err()).contains("use `refractium reload`").doesNotContain("reloaded");
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
