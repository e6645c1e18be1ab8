package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.testkit.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A plugin that loops, blocks, allocates a gigabyte or calls System.exit costs a process what SECURITY.md states. The
 * byte after the exclamation mark selects the fault.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
class WildPluginIT {
    private static final int NEWCOMERS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** As the launcher has it. */
    private static final List<String> LAUNCHERS = List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError");

    private static final String SOURCE = """
            package plugin;
            import dev.refractium.api.*;
            import java.nio.file.*;
            @org.pf4j.Extension
            public class Wild implements Protocol {
                private static volatile Object kept;
                public String name() { return "wild"; }
                public Identification identify(Peek peek) {
                    if (peek.byteAt(0) != '!') return Identification.noMatch();
                    if (peek.length() < 2) return Identification.needMore(2);
                    switch (peek.byteAt(1)) {
                        case 'l': for (long i = 0; ; i++) kept = null;
                        case 'b': while (!Files.exists(Path.of("released"))) Thread.onSpinWait(); break;
                        case 'm': kept = new byte[1 << 30]; break;
                        case 'x': System.exit(0); break;
                        default: break;
                    }
                    return Identification.match();
                }
            }
            """;

    @TempDir
    private Path directory;

    private TestBackend backend;

    @BeforeEach
    void configure() throws IOException {
        backend = TestBackend.named("b");
        PluginJar.named("wild")
                .source(SOURCE)
                .writeTo(Files.createDirectory(directory.resolve("plugins")).resolve("wild.jar"));
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                threads = 2
                control = "c.sock"
                plugins_dir = "plugins"
                drain_timeout = "200ms"
                peek_timeout = "1m"

                [[protocols]]
                name = "wild"
                forward_to = "%1$s"

                [[protocols]]
                name = "one"
                patterns = ["ONE"]
                forward_to = "%1$s"
                """.formatted(backend.address()));
    }

    @AfterEach
    void stopBackend() throws IOException {
        backend.close();
    }

    @Test
    void loopBlockedForEverIsNamedAndTheOtherLoopAcceptsAndServes() throws Exception {
        try (Launched server = launch(LAUNCHERS);
                Client onTheFirst = Client.to(server.address());
                Client mad = Client.to(server.address())) {
            // Two loops take connections in turn, the one that accepts before the other.
            long begin = System.nanoTime();
            mad.send("!l");
            awaitState("not_ready");
            long noticed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

            long worst = worstOfNewcomers(server);
            assertThat(onTheFirst.send("ONE").read(5)).isEqualTo("b>ONE");
            assertThat(status().get("reasons").toString()).contains("event loop refractium-loop-");
            server.awaitErr(Pattern.compile(
                            "plugin keeps an event loop plugin=wild 1\\.0\\.0 thread=refractium-loop-\\S+ silent=\\d+m?s"
                                    + " so_far=1 at=.*plugin\\.Wild\\.identify"))
                    .awaitErr(Pattern.compile(
                            "event loop does not answer thread=refractium-loop-\\S+ silent=[2-9](\\d{3}m)?s"
                                    + " plugin=wild 1\\.0\\.0 at=.*plugin\\.Wild\\.identify"));
            assertThat(status().getAsJsonObject("counters")
                            .get("slow_plugin_calls")
                            .getAsInt())
                    .isEqualTo(1);
            long end = System.nanoTime();
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            System.out.printf(
                    "endless loop in a plugin: not ready after %d ms; %d of %d newcomers served, the slowest in"
                            + " %d ms; ends by SIGTERM after %d ms%n",
                    noticed, NEWCOMERS, NEWCOMERS, worst, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - end));
        }
    }

    @Test
    void whileTheAcceptingLoopIsBlockedAnotherLoopAccepts() throws Exception {
        try (Launched server = launch(LAUNCHERS);
                Client mad = Client.to(server.address());
                Client onTheSecond = served(server)) {
            mad.send("!b");
            awaitState("not_ready");
            server.awaitErr("connections are accepted on another event loop address=");
            long worst = worstOfNewcomers(server);
            assertThat(onTheSecond.send("more").read(4)).isEqualTo("more");

            Files.createFile(directory.resolve("released"));

            assertThat(mad.read(4)).isEqualTo("b>!b");
            awaitState("ready");
            server.awaitErr("event loop answers again thread=refractium-loop-");
            assertThat(worstOfNewcomers(server)).isNotNegative();
            System.out.printf(
                    "the loop that accepts is blocked: %d of %d newcomers served by the other, the slowest in %d"
                            + " ms%n",
                    NEWCOMERS, NEWCOMERS, worst);
        }
    }

    @Test
    void allocationOfAGigabyteEndsTheProcessWithThree() throws Exception {
        try (Launched server = launch(LAUNCHERS);
                Client live = served(server);
                Client mad = Client.to(server.address()).send("!m")) {
            long begin = System.nanoTime();
            assertThat(server.exitCode()).isEqualTo(3);
            assertThat(live.rest().text()).isEmpty();
            assertThat(mad.rest().text()).isEmpty();
            long end = System.nanoTime();
            try (Launched next = launch(LAUNCHERS);
                    Client client = served(next)) {
                System.out.printf(
                        "allocation of a plugin: 1 GB array at -Xmx256m: exit code 3 after %d ms; serving again %d ms after%n",
                        TimeUnit.NANOSECONDS.toMillis(end - begin),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - end));
                assertThat(client.send("more").read(4)).isEqualTo("more");
            }
        }
    }

    @Test
    void allocationOfAGigabyteCostsTheSessionOnlyIfTheJvmIsNotToExit() throws Exception {
        try (Launched server = launch(List.of("-Xmx256m"));
                Client live = served(server);
                Client mad = Client.to(server.address()).send("!m")) {
            assertThat(mad.rest()).isEqualTo(new Client.Rest("", Client.Ending.RESET));
            assertThat(live.send("more").read(4)).isEqualTo("more");
            assertThat(status().getAsJsonObject("counters")
                            .get("ended.plugin-fault")
                            .getAsInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void exitOfAPluginIsLoggedWithItsPlaceAndIsNeverACleanEnd() throws Exception {
        try (Launched server = launch(LAUNCHERS);
                Client live = served(server);
                Client mad = Client.to(server.address()).send("!x")) {
            long begin = System.nanoTime();
            assertThat(server.exitCode()).as("though it said System.exit(0)").isEqualTo(ExitCode.COULD_NOT_RUN);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            assertThat(server.err())
                    .containsPattern(
                            "exit not asked for by us: .* thread=refractium-loop-\\S+ at=.*plugin\\.Wild\\.identify")
                    .doesNotContain("draining");
            assertThat(live.rest().text()).isEmpty();
            assertThat(mad.rest().text()).isEmpty();
            try (Launched next = launch(LAUNCHERS);
                    Client client = served(next)) {
                System.out.printf(
                        "exit of a plugin: System.exit(0) in a plugin: exit code 1 after %d ms, drain skipped, sessions cut;"
                                + " serving again %d ms after%n",
                        took, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) - took);
                assertThat(client.send("more").read(4)).isEqualTo("more");
            }
        }
    }

    private static Client served(Launched server) throws IOException {
        Client client = Client.to(server.address()).send("ONE");
        assertThat(client.read(5)).isEqualTo("b>ONE");
        return client;
    }

    private static long worstOfNewcomers(Launched server) throws IOException {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < NEWCOMERS; i++) {
            long begin = System.nanoTime();
            served(server).close();
            took.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
        return Collections.max(took);
    }

    private void awaitState(String state) {
        await().atMost(PATIENCE).until(() -> status().get("state").getAsString().equals(state));
    }

    private JsonObject status() throws IOException {
        return Launched.status(directory.resolve("c.sock"));
    }

    private Launched launch(List<String> jvm) throws IOException {
        return Launched.in(directory, jvm);
    }
}
