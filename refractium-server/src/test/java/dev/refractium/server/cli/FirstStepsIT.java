package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The first commands of a newcomer: the version, init, check, and the demo, which DemoIT tests in detail. */
class FirstStepsIT extends LaunchTesting {
    @Test
    void versionIsPrinted() throws Exception {
        try (Launched version = launch("--version")) {
            assertThat(version.exitCode()).isZero();
            assertThat(version.out()).matches("refractium .*\\(plugin API [0-9.]+, Java .*\\)\\R");
        }
    }

    @Test
    void fileOfInitPassesItsCheckAndStarts() throws Exception {
        try (Launched init = launch("init");
                Launched check = ended(init, "check", "--plugins", Launched.plugins())) {
            assertThat(check.exitCode()).isZero();
            assertThat(check.out()).contains("  tcp  https[sni=*.example.com]  127.0.0.1:8443");
        }
        try (Launched server = launch("--plugins", Launched.plugins(), "-p0")) {
            server.awaitOut(" plugins=8");
        }
    }

    @Test
    void demoPrintsWhatTheReadmeShowsAndExitsWithZero() throws Exception {
        try (Launched demo = launch("demo", "--once", "--plugins", Launched.plugins())) {
            assertThat(demo.exitCode()).isZero();
            assertThat(demo.out().lines().filter(line -> line.endsWith(" ok"))).hasSize(7);
            assertThat(withoutPortsAndTimes(demo.out())).isEqualTo(withoutPortsAndTimes(outputInTheReadme()));
            assertThat(demo.err()).isEmpty();
        }
    }

    @Test
    void demoWithoutAPluginExitsWithOne() throws Exception {
        Path plugins = copyOfPlugins("http", "tls", "ssh", "dns");

        try (Launched demo = launch("demo", "--once", "--plugins", plugins.toString())) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(demo.out()).containsPattern("(?m)^nothing \\(FTP client\\) +- +- .* WRONG: ");
        }
    }

    @Test
    void demoWithAStoppedBackendExitsWithOne() throws Exception {
        try (Launched demo = launch("demo", "--once", "--plugins", Launched.plugins(), "--stop", "ssh")) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(demo.out()).containsPattern("(?m)^SSH identification .* WRONG: ");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
    void demoWithoutOnceServesUntilASignal() throws Exception {
        try (Launched demo = launch("demo", "--plugins", Launched.plugins())) {
            demo.awaitOut("dig -p ").awaitOut("printf");
            assertThat(demo.isAlive()).isTrue();

            demo.signal("INT");

            assertThat(demo.exitCode()).isZero();
        }
    }

    private static String outputInTheReadme() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int start = readme.indexOf("one port for all of it");
        return readme.substring(start, readme.indexOf("```", start));
    }

    private static String withoutPortsAndTimes(String output) {
        return output.replaceAll(":\\d+", ":PORT")
                .replaceAll("\\d+\\.\\d+ ms", "TIME")
                .replaceAll(" +", " ");
    }

    /** Starts a command once the one before has ended. */
    private Launched ended(Launched before, String... arguments) throws IOException, InterruptedException {
        assertThat(before.exitCode()).isZero();
        return launch(arguments);
    }
}
