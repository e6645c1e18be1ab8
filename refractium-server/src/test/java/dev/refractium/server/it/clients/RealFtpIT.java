package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Units;
import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.Client;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** lftp and curl to vsftpd, which speaks first: its clients are known by their silence. */
class RealFtpIT {
    private static final Duration SILENCE = Duration.ofMillis(600);

    /** So long that a client which had to wait for it would have given up. */
    private static final Duration PEEK = Duration.ofSeconds(60);

    @RegisterExtension
    final Lab lab = new Lab();

    private Refractium proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = lab.proxy(
                "silence_timeout = \"" + Units.format(SILENCE) + "\"\npeek_timeout = \"" + Units.format(PEEK) + "\"",
                """
                [[protocols]]
                name = "ftp"
                forward_to = "127.0.0.1:%d"
                """.formatted(Vsftpd.start(lab)));
    }

    @Test
    void lftpLogsInAndListsADirectory() throws Exception {
        Output listing = lab.run(
                "lftp",
                "--norc",
                "-e",
                "set net:max-retries 1; set net:timeout 20; cls -1; bye",
                "-u",
                "anonymous,somebody@test",
                "ftp://127.0.0.1:" + Lab.port(proxy));

        assertThat(listing.succeeded().text()).isEqualTo("greeting.txt\nsecond.txt");
    }

    @Test
    void curlFetchesAFileOverBothKindsOfPassiveConnection() throws Exception {
        String url = "ftp://127.0.0.1:" + Lab.port(proxy) + "/greeting.txt";

        assertThat(lab.run("curl", "-sS", url).succeeded().text()).isEqualTo("welcome");
        assertThat(lab.run("curl", "-sS", "--disable-epsv", url).succeeded().text())
                .isEqualTo("welcome");
    }

    @Test
    void greetingArrivesAtTheSilenceTimeout() throws Exception {
        long start = System.nanoTime();
        try (Client client = Client.to(proxy.tcp().orElseThrow())) {
            assertThat(client.read(Vsftpd.GREETING.length())).isEqualTo(Vsftpd.GREETING);
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - start);

        System.out.printf("ftp: greeted after %d ms of silence%n", waited.toMillis());
        assertThat(waited).isGreaterThanOrEqualTo(SILENCE).isLessThan(SILENCE.plusSeconds(5));
    }

    @Test
    void clientThatDoesNotWaitForTheGreetingIsRecognised() throws Exception {
        try (Client client = Client.to(proxy.tcp().orElseThrow())) {
            client.send("USER anonymous\r\n");

            assertThat(client.read(Vsftpd.GREETING.length())).isEqualTo(Vsftpd.GREETING);
            assertThat(client.read(4)).isEqualTo("331 ");
        }
    }
}
