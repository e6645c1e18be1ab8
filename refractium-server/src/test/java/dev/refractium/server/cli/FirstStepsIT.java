package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a newcomer runs first: the version, the file that init writes, the demonstration; DemoIT has more of that. */
class FirstStepsIT extends LaunchTesting {
    @Test
    void versionIsTold() throws Exception {
        try (Launched version = launch("--version")) {
            assertThat(version.exitCode()).isZero();
            assertThat(version.out()).matches("refractium .*\\(plugin API [0-9.]+, Java .*\\)\\R");
        }
    }

    @Test
    void writtenFilePassesItsCheckAndStarts() throws Exception {
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
    void demoThatComesOutRightEndsWithZero() throws Exception {
        try (Launched demo = launch("demo", "--once", "--plugins", Launched.plugins())) {
            assertThat(demo.exitCode()).isZero();
            assertThat(demo.out().lines().filter(line -> line.endsWith(" ok"))).hasSize(7);
            assertThat(demo.err()).isEmpty();
        }
    }

    @Test
    void demoWithoutAPluginEndsWithOne() throws Exception {
        Path plugins = copyOfPlugins("http", "tls", "ssh", "dns");

        try (Launched demo = launch("demo", "--once", "--plugins", plugins.toString())) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(demo.out()).containsPattern("(?m)^nothing \\(FTP client\\) +- +- .* WRONG: ");
        }
    }

    @Test
    void demoWithAStoppedBackendEndsWithOne() throws Exception {
        try (Launched demo = launch("demo", "--once", "--plugins", Launched.plugins(), "--stop", "ssh")) {
            assertThat(demo.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(demo.out()).containsPattern("(?m)^SSH identification .* WRONG: ");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
    void demoServesOnUntilASignal() throws Exception {
        try (Launched demo = launch("demo", "--plugins", Launched.plugins())) {
            demo.awaitOut("dig -p ").awaitOut("printf");
            assertThat(demo.isAlive()).isTrue();

            demo.signal("INT");

            assertThat(demo.exitCode()).isZero();
        }
    }

    /** Waits for the end of one command before the next. */
    private Launched ended(Launched before, String... arguments) throws IOException, InterruptedException {
        assertThat(before.exitCode()).isZero();
        return launch(arguments);
    }
}
