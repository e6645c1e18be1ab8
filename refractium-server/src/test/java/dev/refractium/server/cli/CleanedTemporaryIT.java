package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.control.ControlClient;
import dev.refractium.server.it.support.Client;
import dev.refractium.testkit.PluginJar;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A temporary directory is cleaned while a server runs that has its plugins' copies and its control socket there. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere the files of a running process cannot be removed")
class CleanedTemporaryIT extends LaunchTesting {
    private static final String SOURCE = """
            package plugin;
            import dev.refractium.api.*;
            @org.pf4j.Extension
            public class Lazy implements Protocol {
                public String name() { return "lazy"; }
                public Identification identify(Peek peek) {
                    if (peek.byteAt(0) != '%s') return Identification.noMatch();
                    try (var text = getClass().getResourceAsStream("/text")) {
                        return text.read() == 't' ? Later.match() : Identification.noMatch();
                    } catch (java.io.IOException e) {
                        return Identification.noMatch();
                    }
                }
            }
            class Later {
                static Identification match() { return Identification.match(); }
            }
            """;

    private Path temporary;
    private Path plugins;

    @BeforeEach
    void makePlaces() throws IOException {
        temporary = Files.createDirectory(directory.resolve("t"));
        plugins = Files.createDirectory(directory.resolve("plugins"));
        plugin("1.0.0", 'A');
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                hot_reload = false
                plugins_dir = "plugins"

                [[protocols]]
                name = "lazy"
                forward_to = "%s"
                """.formatted(backend.address()));
    }

    @Test
    void afterCleaningAReloadLoadsANewPluginAndTheRunningOneFindsItsClasses() throws Exception {
        try (Launched server = launchWithTemporary()) {
            InetSocketAddress address = server.address();
            empty(temporary);

            assertThat(served("A", address)).isEqualTo("backend>A");
            plugin("2.0.0", 'B');
            server.signal("HUP").awaitErr("plugins_replaced=[lazy 1.0.0 by 2.0.0]");

            assertThat(served("B", address)).isEqualTo("backend>B");
            server.awaitErr("state directory was gone and has been made again");
            assertThat(state())
                    .allSatisfy(made -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                            .isEqualTo("rwx------"));
            assertThat(server.signal("TERM").exitCode()).isZero();
            assertThat(state()).isEmpty();
            assertThat(server.err()).doesNotContain("could not remove");
        }
    }

    @Test
    void reloadWithoutAPlaceForCopiesIsRefusedAndTheNextOneIsApplied() throws Exception {
        try (Launched server = launchWithTemporary()) {
            InetSocketAddress address = server.address();
            empty(temporary);
            Files.delete(temporary);

            plugin("2.0.0", 'B');
            server.signal("HUP")
                    .awaitErr("reload refused, nothing has changed reason=\"no private directory for the"
                            + " plugins' copies: " + temporary);
            assertThat(served("A", address)).isEqualTo("backend>A");
            Files.createDirectory(temporary);
            server.signal("HUP").awaitErr("plugins_replaced=[lazy 1.0.0 by 2.0.0]");

            assertThat(served("B", address)).isEqualTo("backend>B");
        }
    }

    @Test
    void controlSocketAnswersAgain() throws Exception {
        try (Launched server = launchWithTemporary()) {
            server.address();
            server.awaitErr("control socket=");
            Path socket = sockets().get(0);
            empty(temporary);

            server.awaitErr("control socket was gone and has been made again socket=" + socket);

            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> ControlClient.at(socket).status().contains("\"state\":\"ready\""));
            assertThat(server.signal("TERM").exitCode()).isZero();
            assertThat(socket).doesNotExist();
        }
    }

    /** Without what the environment offers, all goes to the temporary directory. */
    private Launched launchWithTemporary() throws IOException {
        return Launched.inEnvironment(
                directory, List.of("RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"), List.of("-Djava.io.tmpdir=" + temporary));
    }

    private void plugin(String version, char first) {
        PluginJar.named("lazy")
                .version(version)
                .source(SOURCE.formatted(first))
                .file("text", "text")
                .writeTo(plugins.resolve("lazy.jar"));
    }

    private List<Path> state() throws IOException {
        String pid = "refractium-\\d+-\\d+";
        try (Stream<Path> found = Files.list(temporary)) {
            return found.filter(path -> path.getFileName().toString().matches(pid))
                    .toList();
        }
    }

    private List<Path> sockets() throws IOException {
        try (Stream<Path> found = Files.walk(temporary)) {
            return found.filter(path -> path.toString().endsWith(".sock")).toList();
        }
    }

    private static String served(String first, InetSocketAddress address) throws IOException {
        try (Client client = Client.to(address)) {
            return client.send(first).finish().rest().text();
        }
    }

    private static void empty(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory)) {
                    Files.delete(file);
                }
            }
        }
    }
}
