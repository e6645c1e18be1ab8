package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** lftp and curl to vsftpd, whose clients wait for its greeting. */
class RealFtpIT {
    private static final Duration SILENCE = Duration.ofMillis(600);
    private static final Duration PEEK = Duration.ofSeconds(30);

    @RegisterExtension
    final Lab lab = new Lab();

    private int port;

    @BeforeEach
    void start() throws Exception {
        port = Lab.port(lab.proxy(
                "silence_timeout_ms = " + SILENCE.toMillis() + "\npeek_timeout_ms = " + PEEK.toMillis(),
                """
                [[protocols]]
                name = "ftp"
                forward_to = "127.0.0.1:%d"
                """.formatted(Vsftpd.start(lab))));
    }

    @Test
    void lftpLogsInAndListsADirectory() throws Exception {
        Output listing = lab.run(
                "lftp",
                "--norc",
                "-e",
                "set net:max-retries 1; set net:timeout 10; cls -1; bye",
                "-u",
                "anonymous,somebody@test",
                "ftp://127.0.0.1:" + port);

        assertThat(listing.succeeded().text()).isEqualTo("greeting.txt\nsecond.txt");
    }

    @Test
    void curlFetchesAFile() throws Exception {
        Output file = lab.run("curl", "-sS", "ftp://127.0.0.1:" + port + "/greeting.txt");

        assertThat(file.succeeded().text()).isEqualTo("welcome");
    }

    @Test
    void theGreetingComesAsSoonAsTheClientHasBeenSilentForLongEnough() throws Exception {
        long start = System.nanoTime();
        try (Socket client = new Socket(Ports.loopback(), port)) {
            assertThat(reader(client).readLine()).isEqualTo("220 Refractium test");
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - start);

        assertThat(waited).isBetween(SILENCE, SILENCE.plusSeconds(5)).isLessThan(PEEK);
    }

    @Test
    void aClientThatDoesNotWaitForTheGreetingIsRecognised() throws Exception {
        try (Socket client = new Socket(Ports.loopback(), port)) {
            client.getOutputStream().write("USER anonymous\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader replies = reader(client);

            assertThat(replies.readLine()).startsWith("220 ");
            assertThat(replies.readLine()).startsWith("331 ");
        }
    }

    private static BufferedReader reader(Socket client) throws IOException {
        client.setSoTimeout(30_000);
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    }
}
