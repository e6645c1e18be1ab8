package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Client;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server as a process: its messages at the start, and the flags whose effect only a running server shows. */
class StartIT extends LaunchTesting {
    @ParameterizedTest
    @CsvSource({
        "'', 'listening tcp=127\\.0\\.0\\.1:(\\d+) udp=127\\.0\\.0\\.1:\\1 routes=2 plugins=0'",
        "tcp, 'listening tcp=127\\.0\\.0\\.1:\\d+ routes=1 plugins=0'",
        "udp, 'listening udp=127\\.0\\.0\\.1:\\d+ routes=1 plugins=0'",
    })
    void readyIsOneLineOnStandardOutputOnceItListens(String command, String line) throws Exception {
        configure("");

        try (Launched server = command.isEmpty() ? launch() : launch(command)) {
            server.address();
            server.signal("TERM").exitCode();

            assertThat(server.out()).matches(line + "\\R");
        }
    }

    @Test
    void fileOfTheCurrentDirectoryIsReadAndLogged() throws Exception {
        configure("");

        try (Launched server = launch();
                Client client = Client.to(server.address())) {
            client.send("ONE");

            assertThat(client.read(11)).isEqualTo("backend>ONE");
            server.awaitErr("configuration file=" + directory.resolve("refractium.toml"));
        }
    }

    @Test
    void peekTimeoutEndsASilentSession() throws Exception {
        configure("");

        try (Launched server = launch("--peek-timeout", "100ms");
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
    void debugLogsWhatCutAHelloShort() throws Exception {
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                peek_timeout = "1m"
                peek_buffer_size = 4096

                [[protocols]]
                name = "http"
                host = "a.test"
                forward_to = "127.0.0.1:1"
                """);

        try (Launched server = launch("--debug", "--plugins", Launched.plugins());
                Client large = Client.to(server.address());
                Client ended = Client.to(server.address())) {
            large.send("GET / HTTP/1.1\r\nHost: a.test\r\nX: " + "x".repeat(4096))
                    .rest();
            ended.send("GET / HTTP/1.").finish().rest();

            String incomplete = " reason=incomplete client=127.0.0.1 route=null protocol=http detail=";
            server.awaitErr(incomplete + "\"cut short by peek_buffer_size\"");
            server.awaitErr(incomplete + "\"cut short by the client's FIN\"");
        }
    }

    @Test
    void debugLogsEverySession() throws Exception {
        configure("");

        try (Launched server = launch("--debug");
                Client client = Client.to(server.address())) {
            client.send("ONE").read(11);
            client.finish().rest();

            // By its route: other clients of this port have ids too.
            server.awaitErr(Pattern.compile("(?s)session routed id=(\\d+) client=127\\.0\\.0\\.1 route=one\\R"
                    + ".*session ended id=\\1 reason=done client=127\\.0\\.0\\.1 route=one"));
            try (Client refused = Client.to(server.address())) {
                refused.send("NEITHER").finish().rest();
            }
            server.awaitErr(
                    Pattern.compile("session not served id=\\d+ reason=unmatched client=127\\.0\\.0\\.1 route=null"));
        }
    }
}
