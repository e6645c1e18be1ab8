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
                        .containsPattern("one +tcp +1 +127")
                        .containsPattern("refractium-ssh +\\S+ +[0-9a-f]{12} +\\S+ +ssh +1 +in use")
                        .containsPattern(backend.address() + " +tcp +up +0");
                assertThat(json.exitCode()).as("a directory holds no PID.sock").isEqualTo(ExitCode.COULD_NOT_RUN);
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
