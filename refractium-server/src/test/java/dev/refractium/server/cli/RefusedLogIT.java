package dev.refractium.server.cli;

import dev.refractium.server.it.support.Client;
import java.net.SocketException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The log's summary of sessions that no route takes. */
class RefusedLogIT extends LaunchTesting {
    @Test
    void summaryOfRefusedSessionsHasAnExampleWithItsAttributes() throws Exception {
        copyOfPlugins("http");
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0

                [[protocols]]
                name = "http"
                host = "a.test"
                forward_to = "%s"
                """.formatted(backend.address()));

        try (Launched server = launch("--plugins", directory.resolve("plugins").toString())) {
            request(server, "GET / HTTP/1.1\r\nHost: b.test\r\n\r\n");
            request(server, "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n");
            server.signal("TERM");

            server.awaitErr("reason=no-route count=1 window=10s example=127.0.0.1 protocol=http host=b.test");
            server.awaitErr("reason=incomplete count=1 window=10s example=127.0.0.1 protocol=http detail=\"");
        }
    }

    private static void request(Launched server, String request) throws Exception {
        try (Client client = Client.to(server.address())) {
            client.send(request).finish().rest();
        } catch (SocketException e) {
            // The server may have closed it while it was written to.
            server.address();
        }
    }
}
