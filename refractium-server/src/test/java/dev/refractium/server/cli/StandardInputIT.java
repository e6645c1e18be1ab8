package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Client;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** {@code -c -} reads the configuration from standard input, once. */
class StandardInputIT extends LaunchTesting {
    private static final String MARKER = "Zq9x-marker";

    @Test
    void serverKeepsTheTextThatItRead() throws Exception {
        try (Launched server = launch("-c", "-").send(toml()).finish();
                Client client = Client.to(server.address())) {
            assertThat(client.send("ONE").read(11)).isEqualTo("backend>ONE");
            server.awaitErr("configuration file=<stdin>, read once");

            server.signal("HUP")
                    .awaitErr("reload uses the configuration that was read at the start name=<stdin>")
                    .awaitErr("reloaded generation=2");

            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void checkAndIdentifyReadItAndNameItInProblems() throws Exception {
        try (Launched check = launch("check", "-c", "-").send(toml()).finish()) {
            assertThat(check.exitCode()).isZero();
            assertThat(check.out()).contains("configuration  <stdin>, read once");
        }
        try (Launched check = launch("check", "-").send("[server]\nprot = 1\n").finish()) {
            assertThat(check.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(check.err()).contains("<stdin>:2:1: server.prot: unknown key; did you mean \"port\"?");
        }
        try (Launched identify =
                launch("identify", "-c", "-", "--hex", "4f4e45").send(toml()).finish()) {
            assertThat(identify.exitCode()).isZero();
            assertThat(identify.out()).contains(backend.address());
        }
        try (Launched identify = launch("identify", "-c", "-")) {
            assertThat(identify.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(identify.err())
                    .contains("-c - takes standard input for the configuration; give the bytes by FILE");
        }
    }

    @Test
    void valueOfTheEnvironmentIsInNoOutput() throws Exception {
        String environment = "export SECRET='" + MARKER + "' && ulimit -n 4096";
        Files.writeString(
                directory.resolve("refractium.toml"), toml() + "[settings.none]\ntoken = \"${env:SECRET}\"\n");
        try (Launched check = Launched.behind(directory, environment, "check")) {
            assertThat(check.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(check.out() + check.err()).contains("settings.none").doesNotContain(MARKER);
        }
        Files.writeString(
                directory.resolve("refractium.toml"),
                toml().replace("port = 0", "port = 0\npeek_memory = \"${env:SIZE:-8MiB}\""));
        try (Launched check = Launched.behind(directory, environment + " && export SIZE=" + MARKER, "check")) {
            assertThat(check.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(check.err())
                    .contains("refractium.toml:4:1: server.peek_memory: ")
                    .doesNotContain("Zq9x", "marker");
        }
        try (Launched check = Launched.behind(directory, environment, "check")) {
            assertThat(check.exitCode()).isZero();
            assertThat(check.out()).contains("SIZE  not set, default taken  refractium.toml:4:1");
        }
    }

    private String toml() throws IOException {
        configure("");
        return Files.readString(directory.resolve("refractium.toml"));
    }
}
