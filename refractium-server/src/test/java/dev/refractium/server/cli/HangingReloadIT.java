package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.testkit.PluginJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The commands of an operator while a new version of a plugin does not return from {@code start()}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
class HangingReloadIT {
    @TempDir
    private Path directory;

    @Test
    void commandsNameTheHangingPluginAndOneSigtermEndsTheServer() throws Exception {
        try (TestBackend backend = TestBackend.named("b")) {
            Path jar = Files.createDirectory(directory.resolve("plugins")).resolve("stubborn.jar");
            stubborn("1.0.0", "").writeTo(jar);
            Files.writeString(directory.resolve("refractium.toml"), """
                    [server]
                    bind = "127.0.0.1"
                    port = 0
                    control = "c.sock"
                    plugins_dir = "plugins"
                    drain_timeout = "200ms"
                    hot_reload = false

                    [plugins]
                    call_timeout = "10m"

                    [[protocols]]
                    name = "stubborn"
                    forward_to = "%s"
                    """.formatted(backend.address()));
            try (Launched server = Launched.in(directory)) {
                server.address();
                stubborn("2.0.0", "while (true) try { Thread.sleep(1000); } catch (InterruptedException e) { }")
                        .writeTo(jar);
                server.signal("HUP");
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> command("status").out().contains("stubborn 2.0.0 start() has not returned for "));

                try (Launched reload = command("reload")) {
                    assertThat(reload.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
                    assertThat(reload.err())
                            .contains(
                                    "a reload is under way: plugin stubborn 2.0.0 start() for ",
                                    "your reload is queued");
                }
                try (Client client = Client.to(server.address()).send("x")) {
                    assertThat(client.read(3)).isEqualTo("b>x");
                }
                server.signal("TERM");
                assertThat(server.exitCode()).as("by one SIGTERM").isZero();
                assertThat(server.err()).contains("plugin call abandoned call=\"plugin stubborn 2.0.0 start()\"");
            }
        }
    }

    private Launched command(String name) throws Exception {
        Launched command = Launched.in(directory, name, "--control", "c.sock");
        command.exitCode();
        return command;
    }

    private static PluginJar stubborn(String version, String starting) {
        return PluginJar.named("stubborn")
                .version(version)
                .manifest("Plugin-Class", "plugin.Stubborn")
                .source("""
                package plugin;
                import dev.refractium.api.*;
                public class Stubborn extends org.pf4j.Plugin {
                    public void start() { %s }
                    @org.pf4j.Extension
                    public static class Speaking implements Protocol {
                        public String name() { return "stubborn"; }
                        public Identification identify(Peek peek) { return Identification.match(); }
                    }
                }
                """.formatted(starting));
    }
}
