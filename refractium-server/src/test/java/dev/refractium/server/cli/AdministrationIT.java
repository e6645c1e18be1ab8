package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server as a process, changed and relieved of sessions by commands and signals. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
class AdministrationIT {
    private static final String DRAIN_FOR_EVER = "drain_timeout = \"1h\"";

    @TempDir
    private Path directory;

    private TestBackend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = TestBackend.named("b");
        configure("", "one");
    }

    @AfterEach
    void stopBackend() throws IOException {
        backend.close();
    }

    // Reload

    @Test
    void editedFileIsAppliedAndABrokenOneIsReportedUntilItIsFixed() throws Exception {
        try (Launched server = launch()) {
            InetSocketAddress address = server.address();
            configure("", "one", "two");
            assertThat(said(0, "reload").out()).isEqualToIgnoringNewLines("applied; generation 2 serves");
            assertServed(address, "TWO");

            configure("prot = 1", "one");
            Ended refused = said(ExitCode.USAGE, "reload");
            Ended degraded = said(0, "status");

            assertThat(refused.err()).startsWith("refractium.toml:6:1: server.prot: ");
            assertThat(refused.out()).isEqualToIgnoringNewLines("refused; generation 2 serves on");
            assertThat(degraded.out())
                    .containsPattern("state +degraded\\R +refractium.toml:6:1: server.prot: ")
                    .containsPattern("last reload +\\S+ refused\\R +refractium.toml:6:1: server.prot: ");
            assertServed(address, "TWO");

            configure("", "one");
            server.signal("HUP").awaitErr("reloaded generation=3 routes_removed=[two (0 live)]");
            assertThat(said(0, "status").out())
                    .containsPattern("state +ready\\R")
                    .containsPattern("generation +3\\R")
                    .containsPattern("last reload +\\S+ applied\\R");
        }
    }

    // Close

    @Test
    void sessionsAreClosedByIdRouteAndGeneration() throws Exception {
        configure("", "one", "two");
        try (Launched server = launch("--debug");
                Client first = served(server, "ONE");
                Client second = served(server, "ONE");
                Client third = served(server, "TWO")) {
            server.awaitErr("session routed id=1 client=127.0.0.1 route=one");

            assertThat(said(0, "close", "--session", "1").out()).isEqualToIgnoringNewLines("closed: 1 session");
            assertThat(first.rest().ending()).isEqualTo(Client.Ending.RESET);
            assertThat(said(0, "close", "--route", "two").out()).isEqualToIgnoringNewLines("closed: 1 session");
            assertThat(third.rest().ending()).isEqualTo(Client.Ending.RESET);
            said(0, "reload");
            try (Client young = served(server, "ONE")) {
                assertThat(generations()).containsExactly("1:1", "2:1");
                long begin = System.nanoTime();
                assertThat(said(0, "close", "--generation", "1", "--after", "2s")
                                .out())
                        .isEqualToIgnoringNewLines("closes in 2s: 1 session");
                assertThat(second.send("more").read(4)).isEqualTo("more");

                assertThat(second.rest().ending()).isEqualTo(Client.Ending.RESET);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(2));
                assertThat(young.send("more").read(4)).isEqualTo("more");
                server.awaitErr("session ended id=2 reason=closed-by-operator client=127.0.0.1 route=one");
                assertThat(Launched.status(socket())
                                .getAsJsonObject("counters")
                                .get("ended.closed-by-operator")
                                .getAsInt())
                        .isEqualTo(3);
            }
        }
    }

    @Test
    void unknownNamesAreRefusedWithTheKnownOnes() throws Exception {
        try (Launched server = launch();
                Client client = served(server, "ONE")) {
            assertThat(said(ExitCode.COULD_NOT_RUN, "close", "--session", "9").err())
                    .isEqualToIgnoringNewLines("refractium: there is no session \"9\"; there are 1 (one)");
            assertThat(said(ExitCode.COULD_NOT_RUN, "close", "--route", "two").err())
                    .isEqualToIgnoringNewLines("refractium: there is no route \"two\"; there are one");
            assertThat(said(ExitCode.COULD_NOT_RUN, "close", "--generation", "2", "--after", "1h")
                            .err())
                    .isEqualToIgnoringNewLines("refractium: there is no generation \"2\"; there are 1");
            assertThat(client.send("more").read(4)).isEqualTo("more");
        }
    }

    @Test
    void statusAndCloseWorkWhileTheServerDrains() throws Exception {
        configure(DRAIN_FOR_EVER, "one");
        try (Launched server = launch();
                Client client = served(server, "ONE")) {
            server.signal("TERM").awaitErr("draining sessions=1");

            assertThat(said(ExitCode.COULD_NOT_RUN, "status").out())
                    .containsPattern("state +not ready\\R +the server is ending")
                    .containsPattern("one +tcp +1 ");
            assertThat(said(ExitCode.COULD_NOT_RUN, "reload").err()).contains("the server is ending");
            assertThat(said(ExitCode.COULD_NOT_RUN, "close", "--route", "one", "--after", "1s")
                            .err())
                    .contains("the server is ending");
            said(0, "close", "--route", "one");

            assertThat(client.rest().ending()).isEqualTo(Client.Ending.RESET);
            assertThat(server.exitCode()).isZero();
            assertThat(socket()).doesNotExist();
        }
    }

    private record Ended(String out, String err) {}

    /** Runs a command on the server, which ends with this code. */
    private Ended said(int exitCode, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--control", socket().toString()));
        try (Launched command = launch(all.toArray(String[]::new))) {
            assertThat(command.exitCode()).as(command.err()).isEqualTo(exitCode);
            return new Ended(command.out(), command.err());
        }
    }

    /** The live generations, each with its sessions of the last minute. */
    private List<String> generations() throws IOException {
        List<String> generations = new ArrayList<>();
        Launched.status(socket()).getAsJsonArray("generations").forEach(each -> {
            JsonObject generation = each.getAsJsonObject();
            generations.add(generation.get("number") + ":"
                    + generation.getAsJsonObject("by_age").get("1m"));
        });
        return generations;
    }

    private Launched launch(String... arguments) throws IOException {
        return Launched.in(directory, arguments);
    }

    private static Client served(Launched server, String magic) throws IOException {
        Client client = Client.to(server.address()).send(magic);
        assertThat(client.read(5)).isEqualTo("b>" + magic);
        return client;
    }

    private static void assertServed(InetSocketAddress address, String magic) throws IOException {
        try (Client client = Client.to(address)) {
            assertThat(client.send(magic).read(5)).isEqualTo("b>" + magic);
        }
    }

    private Path socket() {
        return directory.resolve("c.sock");
    }

    /** Writes a file that is not watched, with a route for each of these names; {@code line} is its sixth line. */
    private void configure(String line, String... routes) throws IOException {
        StringBuilder text = new StringBuilder("""
                [server]
                bind = "127.0.0.1"
                port = 0
                control = "c.sock"
                hot_reload = false
                %s
                """.formatted(line));
        for (String route : routes) {
            text.append("""
                    [[protocols]]
                    name = "%s"
                    patterns = ["%s"]
                    forward_to = "%s"
                    transport = "tcp"
                    """.formatted(route, route.toUpperCase(Locale.ROOT), backend.address()));
        }
        Files.writeString(directory.resolve("refractium.toml"), text);
    }
}
