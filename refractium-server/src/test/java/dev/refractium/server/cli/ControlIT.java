package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server as a process, and the commands that talk to it as others. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
class ControlIT {
    @TempDir
    private Path directory;

    private TestBackend backend;
    private Path socket;

    @BeforeEach
    void startBackend() throws IOException {
        backend = TestBackend.named("backend");
        socket = directory.resolve("c.sock");
        Files.writeString(directory.resolve("refractium.toml"), """
            [server]
            bind = "127.0.0.1"
            port = 0
            control = "c.sock"
            drain_timeout = "200ms"

            [[protocols]]
            name = "one"
            patterns = ["ONE"]
            forward_to = "%s"
            """.formatted(backend.address()));
    }

    @AfterEach
    void stopBackend() throws IOException {
        backend.close();
    }

    @Test
    void statusIsPrintedAsTablesAndAsJson() throws Exception {
        try (Launched server = launch("--plugins", Launched.plugins());
                Client client = Client.to(server.address())) {
            client.send("ONE").read(3);

            try (Launched status = launch("status", "--control", socket.toString());
                    Launched json = launch("status", "--json", "--control", directory.toString())) {
                assertThat(status.exitCode()).as(status.err()).isZero();
                assertThat(status.out())
                        .containsPattern("state +ready")
                        .containsPattern(
                                "listens on +tcp 127.0.0.1:" + server.address().getPort())
                        .containsPattern("1 +20\\S+ +1 +1 +0 +0 +0\\R")
                        .containsPattern("one +tcp +1 +- +127")
                        .containsPattern("refractium-ssh +\\S+ +[0-9a-f]{12} +\\S+ +ssh +1 +in use")
                        .containsPattern(backend.address() + " +tcp +up +1 +0");
                assertThat(json.exitCode())
                        .as("a directory, and a socket of any name")
                        .isZero();
            }
            try (Launched json = launch("status", "--json", "--control", socket.toString())) {
                assertThat(json.exitCode()).isZero();
                JsonObject told = JsonParser.parseString(json.out()).getAsJsonObject();
                assertThat(told.get("state").getAsString()).isEqualTo("ready");
                assertThat(told.getAsJsonArray("plugins").toString()).contains("refractium-http");
                assertThat(json.out().strip()).doesNotContain("\n");
            }
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void socketOfAKilledServerIsReplacedAndThatOfALiveServerKept() throws Exception {
        try (Launched killed = launch()) {
            killed.address();
            killed.signal("KILL").exitCode();
        }
        assertThat(socket).exists();

        try (Launched next = launch()) {
            next.address();
            try (Launched third = launch();
                    Launched status = launch("status", "--control", socket.toString())) {
                assertThat(third.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
                assertThat(third.err()).contains("no control socket: ").contains("is the socket of a server that runs");
                assertThat(status.exitCode()).isZero();
            }
        }
    }

    @Test
    void serverIsFoundByItsConfiguration() throws Exception {
        Path usual = Files.writeString(
                directory.resolve("usual.toml"),
                Files.readString(directory.resolve("refractium.toml")).replace("\"c.sock\"", "\"auto\""));
        Files.createDirectory(directory.resolve("elsewhere"));
        try (Launched here = launch();
                Launched other = launch("-c", "usual.toml")) {
            here.address();
            other.address();
            try (Launched nearby = launch("status");
                    Launched named = Launched.in(directory.resolve("elsewhere"), "reload", "-c", "../refractium.toml");
                    Launched auto = launch("close", "--generation", "1", "-c", usual.toString());
                    Launched none = launch(
                            "status",
                            "-c",
                            Files.writeString(directory.resolve("none.toml"), "")
                                    .toString())) {
                assertThat(nearby.exitCode()).as(nearby.err()).isZero();
                assertThat(nearby.out()).containsPattern("control +\\S+/c.sock\\R");
                assertThat(named.exitCode()).as(named.err()).isZero();
                assertThat(named.err())
                        .contains("refractium: done by process " + here.pid())
                        .contains("configuration " + directory.resolve("refractium.toml") + ", control socket ")
                        .contains("/c.sock");
                assertThat(auto.exitCode()).as(auto.err()).isZero();
                assertThat(auto.err())
                        .contains("done by process " + other.pid())
                        .contains(usual.toString());
                assertThat(none.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
                assertThat(none.err()).contains("no server runs with " + directory.resolve("none.toml"));
            }
        }
    }

    @Test
    void configurationThatOthersMayWriteLeadsToNoServer() throws Exception {
        Path planted = directory.resolve("refractium.toml");
        Files.setPosixFilePermissions(planted, PosixFilePermissions.fromString("rw-rw-rw-"));
        try (Launched named = launch("status", "-c", planted.toString());
                Launched trusted = launch("status", "-c", planted.toString(), "--trust-dir", directory.toString())) {
            assertThat(named.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(named.err()).contains("every user may write it; chmod o-w " + planted);
            assertThat(trusted.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(trusted.err()).contains("there is no socket " + socket);
        }
    }

    @Test
    void socketMovesWithTheConfiguration() throws Exception {
        Path config = directory.resolve("refractium.toml");
        Path moved = directory.resolve("moved.sock");
        try (Launched server = launch()) {
            server.address();
            Files.writeString(config, Files.readString(config).replace("c.sock", "moved.sock"));

            server.signal("HUP").awaitErr("control socket=" + moved);

            await().until(() -> !Files.exists(socket));
            try (Launched status = launch("status", "--control", moved.toString())) {
                assertThat(status.exitCode()).isZero();
            }
            Files.writeString(config, Files.readString(config).replace("moved.sock", "off"));
            server.signal("HUP").awaitErr("control socket=off");
            assertThat(moved).doesNotExist();
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    private Launched launch(String... arguments) throws IOException {
        return Launched.in(directory, arguments);
    }
}
