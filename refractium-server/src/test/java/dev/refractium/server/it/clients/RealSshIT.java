package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OpenSSH's clients to OpenSSH's server. */
class RealSshIT {
    private static final int FILE = 50_000_000;

    @RegisterExtension
    final Lab lab = new Lab();

    private Path configuration;
    private int port;

    @BeforeEach
    void start() throws Exception {
        Sshd sshd = Sshd.start(lab);
        configuration = sshd.clientConfiguration();
        port = Lab.port(lab.proxy("""
                [[protocols]]
                name = "ssh"
                forward_to = "127.0.0.1:%d"
                """.formatted(sshd.port())));
    }

    @Test
    void commandRunsAndReturnsItsExitCode() throws Exception {
        Output ran = lab.run("ssh", "-F", configuration, "-p", port, "127.0.0.1", "echo it runs; exit 7");

        assertThat(ran.text()).isEqualTo("it runs");
        assertThat(ran.exitCode()).isEqualTo(7);
    }

    @Test
    void standardInputAndItsEndReachTheCommand() throws Exception {
        byte[] input = "one\ntwo\n".getBytes(StandardCharsets.US_ASCII);

        Output counted = lab.feed(input, "ssh", "-F", configuration, "-p", port, "127.0.0.1", "wc -l");

        assertThat(counted.succeeded().text()).isEqualTo("2");
    }

    @Test
    void largeFileArrivesWholeBothWays() throws Exception {
        byte[] content = new byte[FILE];
        new Random(2).nextBytes(content);
        Path file = lab.write("large", content);
        String there = "127.0.0.1:" + lab.directory().resolve("there");

        lab.run("scp", "-q", "-F", configuration, "-P", port, file, there).succeeded();
        lab.run(
                        "scp",
                        "-q",
                        "-F",
                        configuration,
                        "-P",
                        port,
                        there,
                        lab.directory().resolve("back"))
                .succeeded();

        assertThat(Files.mismatch(file, lab.directory().resolve("there"))).isEqualTo(-1);
        assertThat(Files.mismatch(file, lab.directory().resolve("back"))).isEqualTo(-1);
    }
}
