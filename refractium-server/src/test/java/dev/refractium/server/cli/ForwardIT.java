package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Routes that the command line gives, alone and beside those of a file. */
class ForwardIT extends LaunchTesting {
    @Test
    void forwardFlagIsEnoughToServe() throws Exception {
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
    void forwardReplacesTheRouteOfThatNameInTheFileAndLogsIt() throws Exception {
        Files.writeString(
                directory.resolve("refractium.toml"),
                "[[protocols]]\nname = \"http\"\nforward_to = \"127.0.0.1:" + TestBackend.deadPort() + "\"\n");

        try (Launched server =
                launch("--plugins", Launched.plugins(), "-p0", "-b127.0.0.1", "-f", "http=" + backend.address())) {
            assertThat(answer(server)).isEqualTo("backend>");
            server.awaitErr("route replaced name=http of=refractium.toml:1:");
        }
    }

    @Test
    void logNamesTheFlagThatReplacesARoute() throws Exception {
        Files.writeString(
                directory.resolve("refractium.toml"),
                "[[protocols]]\nname = \"ssh\"\nforward_to = \"" + backend.address() + "\"\n");

        String http = "http=" + backend.address();
        String ssh = "ssh=" + backend.address();
        try (Launched server = launch("--plugins", Launched.plugins(), "-p0", "-b127.0.0.1", "-f", http, "-f", ssh)) {
            server.awaitErr("route replaced name=ssh of=refractium.toml:1:1 by=\"-f ssh\"");
        }
    }

    private static String answer(Launched server) throws IOException {
        try (Client client = Client.to(server.address())) {
            return client.send("GET / HTTP/1.0\r\n\r\n").read(8);
        }
    }
}
