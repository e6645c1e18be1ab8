package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.testkit.PluginJar;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line's reports on plugins, especially on refused ones. */
class PluginsToldIT extends LaunchTesting {
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its file names have no control characters")
    void pluginsListsAcceptedAndRefusedJars() throws Exception {
        Path plugins = copyOfPlugins("http");
        Files.writeString(plugins.resolve("broken.jar"), "no archive");
        Files.writeString(plugins.resolve("\u001b[31mred.jar"), "no archive");

        try (Launched listing = launch("plugins", "--plugins", plugins.toString())) {
            assertThat(listing.exitCode()).isZero();
            assertThat(listing.out())
                    .containsPattern("(?m)^refractium-http +0\\.1\\.0\\S* +\\S*http\\S*\\.jar +http +accepted$")
                    .containsPattern("(?m)^- +- +broken\\.jar +- +refused: ")
                    .contains("\\x1b[31mred.jar")
                    .doesNotContain("\u001b");
            assertThat(listing.err()).doesNotContain("refused");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its file names have no control characters")
    void refusedPluginIsLoggedWithoutControlCharacters() throws Exception {
        configure("");
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        Files.writeString(plugins.resolve("\u001b[31mred.jar"), "no archive");

        try (Launched server = launch("--plugins", plugins.toString())) {
            server.address();
            server.signal("TERM").exitCode();

            assertThat(server.err())
                    .contains("plugin refused file=\\x1b[31mred.jar")
                    .doesNotContain("\u001b");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pluginThatThrowsIsOneLineUnlessDebugging(boolean debug) throws Exception {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        PluginJar.named("bad")
                .manifest("Plugin-Class", "plugin.Bad")
                .source("package plugin; public class Bad extends org.pf4j.Plugin {"
                        + " @Override public void start() { throw new IllegalStateException(\"no\"); } }")
                .extension("plugin.Bad")
                .writeTo(plugins.resolve("bad.jar"));

        try (Launched listing = debug
                ? launch("plugins", "--debug", "--plugins", plugins.toString())
                : launch("plugins", "--plugins", plugins.toString())) {
            assertThat(listing.exitCode()).isZero();
            assertThat(listing.out()).containsPattern("(?m)^bad .*refused: .*IllegalStateException");
            assertThat(listing.err().contains("    at plugin.Bad")).isEqualTo(debug);
        }
    }
}
