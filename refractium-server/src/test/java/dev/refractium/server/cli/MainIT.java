package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.testkit.PluginJar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a process: what it prints where, how it serves, what ends it, with which code. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals")
class MainIT {
    private TestBackend backend;

    @TempDir
    private Path directory;

    @BeforeEach
    void startBackend() throws IOException {
        backend = TestBackend.named("backend");
    }

    @AfterEach
    void stopBackend() throws IOException {
        backend.close();
    }

    // Ready

    @ParameterizedTest
    @CsvSource({
        "'', 'listening tcp=127\\.0\\.0\\.1:(\\d+) udp=127\\.0\\.0\\.1:\\1 routes=2 plugins=0'",
        "tcp, 'listening tcp=127\\.0\\.0\\.1:\\d+ routes=1 plugins=0'",
        "udp, 'listening udp=127\\.0\\.0\\.1:\\d+ routes=1 plugins=0'",
    })
    void readyIsOneLineOnStandardOutputOnceItListens(String command, String line) throws Exception {
        configure("");

        try (Launched server = command.isEmpty() ? launch() : launch(command)) {
            server.awaitOut("plugins=");

            assertThat(server.out()).matches(line + "\\R");
        }
    }

    @Test
    void fileOfTheCurrentDirectoryIsReadAndNamed() throws Exception {
        configure("");

        try (Launched server = launch();
                Client client = Client.to(server.address())) {
            client.send("ONE");

            assertThat(client.read(11)).isEqualTo("backend>ONE");
            assertThat(server.err()).contains("configuration file=refractium.toml");
        }
    }

    @Test
    void forwardAloneIsEnough() throws Exception {
        try (Launched server = launch(
                        "--plugins", Launched.plugins(), "-p0", "-b127.0.0.1", "-f", "http=" + backend.address());
                Client client = Client.to(server.address())) {
            client.send("GET / HTTP/1.0\r\n\r\n");

            assertThat(client.read(8)).isEqualTo("backend>");
        }
    }

    @Test
    void severalForwardsOfOneNameAreBalanced() throws Exception {
        try (TestBackend other = TestBackend.named("another");
                Launched server = launch(
                        "--plugins",
                        Launched.plugins(),
                        "-p0",
                        "-b127.0.0.1",
                        "-f",
                        "http=" + backend.address(),
                        "-f",
                        "http=" + other.address())) {
            String first = answer(server);

            String second = answer(server);

            assertThat(first + second).contains("backend>").contains("another>");
        }
    }

    @Test
    void forwardReplacesTheFilesRouteOfThatNameAndSaysSo() throws Exception {
        Files.writeString(
                directory.resolve("refractium.toml"),
                "[[protocols]]\nname = \"http\"\nforward_to = \"127.0.0.1:" + TestBackend.deadPort() + "\"\n");

        try (Launched server =
                launch("--plugins", Launched.plugins(), "-p0", "-b127.0.0.1", "-f", "http=" + backend.address())) {
            assertThat(answer(server)).isEqualTo("backend>");
            assertThat(server.err()).contains("route replaced name=http of=refractium.toml:1:");
        }
    }

    // Flags that only a running server shows

    @Test
    void peekTimeoutEndsASilentSession() throws Exception {
        configure("");

        try (Launched server = launch("--peek-timeout", "100");
                Client client = Client.to(server.address())) {
            assertThat(client.rest().text()).isEmpty();
        }
    }

    @Test
    void maxConnectionsPerIpRefusesOneTooMany() throws Exception {
        configure("");

        try (Launched server = launch("--max-connections-per-ip", "1");
                Client first = Client.to(server.address())) {
            first.send("ONE").read(11);

            try (Client second = Client.to(server.address())) {
                assertThat(second.rest().ending()).isEqualTo(Client.Ending.RESET);
            }
        }
    }

    @Test
    void debugTellsEverySession() throws Exception {
        configure("");

        try (Launched server = launch("--debug");
                Client client = Client.to(server.address())) {
            client.send("ONE").finish().rest();

            server.awaitErr("session ended id=1 reason=done");
        }
    }

    // Signals

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void signalEndsItWithZero(String signal) throws Exception {
        configure("");

        try (Launched server = launch()) {
            server.address();

            server.signal(signal);

            assertThat(server.exitCode()).isZero();
            assertThat(server.out().lines()).hasSize(1);
        }
    }

    @Test
    void signalLetsASessionEndByItself() throws Exception {
        configure("drain_timeout_ms = 3600000");

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
    void secondSignalEndsItAtOnce() throws Exception {
        configure("drain_timeout_ms = 3600000");

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
    void hangUpReadsTheFileAgainAndSurvivesABadOne() throws Exception {
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

    // What cannot be

    @Test
    void takenPortIsSaidInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            configure("");

            try (Launched server = launch("--port", String.valueOf(taken.getLocalPort()))) {
                assertThat(server.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
                assertThat(server.out()).isEmpty();
                assertThat(server.err())
                        .contains("refractium: cannot listen on 127.0.0.1 port " + taken.getLocalPort())
                        .doesNotContain("\tat ", "    at ");
            }
        }
    }

    @Test
    void causeIsShownByDebug() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            configure("");

            try (Launched server = launch("--debug", "--port", String.valueOf(taken.getLocalPort()))) {
                assertThat(server.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
                assertThat(server.err()).contains("    at dev.refractium.server.");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "check"})
    void everyProblemOfTheFileIsALine(String command) throws Exception {
        configure("prot = 80\nmax_connections = \"many\"");

        try (Launched server = command.isEmpty() ? launch("-p=70000") : launch(command, "-p=70000")) {
            assertThat(server.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(server.out()).isEmpty();
            assertThat(server.err().lines().filter(line -> !line.contains(" INFO ")))
                    .hasSize(3)
                    .anyMatch(line -> line.startsWith("refractium.toml:4:1: server.prot: "))
                    .anyMatch(line -> line.startsWith("refractium.toml:5:"))
                    .anyMatch(line -> line.startsWith("--port: server.port: "));
        }
    }

    // Commands

    @Test
    void writtenFilePassesItsCheckAndStarts() throws Exception {
        try (Launched init = launch("init");
                Launched check = ended(init, "check", "--plugins", Launched.plugins())) {
            assertThat(check.exitCode()).isZero();
            assertThat(check.out()).contains("  tcp  https[sni=*.example.com]  127.0.0.1:8443");
        }
        try (Launched server = launch("--plugins", Launched.plugins(), "-p0")) {
            server.awaitOut(" plugins=8");
        }
    }

    @Test
    void pluginsListsWhatIsUsableAndWhatIsNot() throws Exception {
        Path plugins = copyOfPlugins("http");
        Files.writeString(plugins.resolve("broken.jar"), "no archive");
        Files.writeString(plugins.resolve("\u001b[31mred.jar"), "no archive");

        try (Launched listing = launch("plugins", "--plugins", plugins.toString())) {
            assertThat(listing.exitCode()).isZero();
            assertThat(listing.out())
                    .containsPattern("(?m)^refractium-http +0\\.1\\.0\\S* +\\S*http\\S*\\.jar +http +accepted$")
                    .containsPattern("(?m)^- +- +broken\\.jar +- +refused: ")
                    .contains("\\x1b[31mred.jar")
                    .doesNotContain("\u001b");
            assertThat(listing.err()).doesNotContain("refused");
        }
    }

    @Test
    void refusedPluginIsLoggedWithoutControlCharacters() throws Exception {
        configure("");
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        Files.writeString(plugins.resolve("\u001b[31mred.jar"), "no archive");

        try (Launched server = launch("--plugins", plugins.toString())) {
            server.address();

            assertThat(server.err())
                    .contains("plugin refused file=\\x1b[31mred.jar")
                    .doesNotContain("\u001b");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pluginThatThrowsIsOneLineUnlessDebugging(boolean debug) throws Exception {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        PluginJar.named("bad")
                .manifest("Plugin-Class", "plugin.Bad")
                .source("package plugin; public class Bad extends org.pf4j.Plugin {"
                        + " @Override public void start() { throw new IllegalStateException(\"no\"); } }")
                .extension("plugin.Bad")
                .writeTo(plugins.resolve("bad.jar"));

        try (Launched listing = debug
                ? launch("plugins", "--debug", "--plugins", plugins.toString())
                : launch("plugins", "--plugins", plugins.toString())) {
            assertThat(listing.exitCode()).isZero();
            assertThat(listing.out()).containsPattern("(?m)^bad .*refused: .*IllegalStateException");
            assertThat(listing.err().contains("    at plugin.Bad")).isEqualTo(debug);
        }
    }

    @Test
    void versionIsTold() throws Exception {
        try (Launched version = launch("--version")) {
            assertThat(version.exitCode()).isZero();
            assertThat(version.out()).matches("refractium .*\\(plugin API [0-9.]+, Java .*\\)\\R");
        }
    }

    // The demonstration; DemoIT has the rest

    @Test
    void demoThatComesOutRightEndsWithZero() throws Exception {
        try (Launched demo = launch("demo", "--once", "--plugins", Launched.plugins())) {
            assertThat(demo.exitCode()).isZero();
            assertThat(demo.out().lines().filter(line -> line.endsWith(" ok"))).hasSize(7);
            assertThat(demo.err()).isEmpty();
        }
    }

    @Test
    void demoWithoutAPluginEndsWithOne() throws Exception {
        Path plugins = copyOfPlugins("http", "tls", "ssh", "dns");

        try (Launched demo = launch("demo", "--once", "--plugins", plugins.toString())) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(demo.out()).containsPattern("(?m)^nothing \\(FTP client\\) +- +- .* WRONG: ");
        }
    }

    @Test
    void demoWithAStoppedBackendEndsWithOne() throws Exception {
        try (Launched demo = launch("demo", "--once", "--plugins", Launched.plugins(), "--stop", "ssh")) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(demo.out()).containsPattern("(?m)^SSH identification .* WRONG: ");
        }
    }

    @Test
    void demoServesOnUntilASignal() throws Exception {
        try (Launched demo = launch("demo", "--plugins", Launched.plugins())) {
            demo.awaitOut("dig -p ").awaitOut("printf");
            assertThat(demo.isAlive()).isTrue();

            demo.signal("INT");

            assertThat(demo.exitCode()).isZero();
        }
    }

    private Launched launch(String... arguments) throws IOException {
        return Launched.in(directory, arguments);
    }

    /** Waits for the end of one command before the next. */
    private Launched ended(Launched before, String... arguments) throws IOException, InterruptedException {
        assertThat(before.exitCode()).isZero();
        return launch(arguments);
    }

    private static String answer(Launched server) throws IOException {
        try (Client client = Client.to(server.address())) {
            return client.send("GET / HTTP/1.0\r\n\r\n").read(8);
        }
    }

    /** Writes a refractium.toml that needs no plugin. */
    private void configure(String more) throws IOException {
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                %s

                [[protocols]]
                name = "one"
                patterns = ["ONE"]
                forward_to = "%s"
                """.formatted(more, backend.address()));
    }

    private Path copyOfPlugins(String... names) throws IOException {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        try (var jars = Files.list(Path.of(Launched.plugins()))) {
            for (Path jar : jars.toList()) {
                String file = jar.getFileName().toString();
                for (String name : names) {
                    if (file.contains(name)) {
                        Files.copy(jar, plugins.resolve(file));
                    }
                }
            }
        }
        return plugins;
    }
}
