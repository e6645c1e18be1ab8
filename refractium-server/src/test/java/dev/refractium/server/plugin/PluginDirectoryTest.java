package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PluginDirectoryTest extends LoadingTest {
    @Test
    void anAcceptedPluginReportsItsManifestAndItsTraits() {
        Path jar = Recogniser.jar(
                        "echo",
                        "public Set<String> aliases() { return Set.of(\"rfc862\"); }",
                        "public Set<Transport> transports() { return Set.of(Transport.UDP); }",
                        "public List<String> attributes() { return List.of(\"size\"); }",
                        "public boolean serverSpeaksFirst() { return true; }",
                        "public boolean isRepeatable() { return true; }",
                        "public int responses() { return 3; }",
                        "public boolean trustsPeer() { return true; }",
                        "public boolean canStartWith(int b) { return b == 7; }")
                .manifest("Plugin-Id", "test-plugin")
                .version("1.2.3")
                .manifest("Plugin-Description", "Echo, by anything.")
                .writeTo(directory.resolve("echo.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.refused()).isEmpty();
            assertThat(scan.accepted()).singleElement().satisfies(plugin -> {
                assertThat(plugin.id()).isEqualTo("test-plugin");
                assertThat(plugin.version()).isEqualTo("1.2.3");
                assertThat(plugin.requires()).isEqualTo(">=0.1.0 & <1.0.0");
                assertThat(plugin.description()).isEqualTo("Echo, by anything.");
                assertThat(plugin.file()).isEqualTo(jar);
                assertThat(plugin.sha256()).matches("[0-9a-f]{64}");
                assertThat(plugin.protocols()).hasSize(1);
            });
            Protocol echo = scan.accepted().get(0).protocols().get(0);
            assertThat(echo.name()).isEqualTo("echo");
            assertThat(echo.aliases()).containsExactly("rfc862");
            assertThat(echo.transports()).containsExactly(Transport.UDP);
            assertThat(echo.attributes()).containsExactly("size");
            assertThat(echo.serverSpeaksFirst()).isTrue();
            assertThat(echo.isRepeatable()).isTrue();
            assertThat(echo.responses()).isEqualTo(3);
            assertThat(echo.trustsPeer()).isTrue();
            assertThat(echo.canStartWith(7)).isTrue();
            assertThat(echo.canStartWith(8)).isFalse();
        }
    }

    @Test
    void jarsAreTakenInTheOrderOfTheirNamesAndHiddenFilesAreNot() {
        Recogniser.jar("b").writeTo(directory.resolve("2.jar"));
        Recogniser.jar("a").writeTo(directory.resolve("1.jar"));
        Recogniser.jar("c").writeTo(directory.resolve(".3.jar"));
        Recogniser.jar("d").writeTo(directory.resolve("4.jar.part"));

        try (PluginScan scan = load()) {
            assertThat(scan.accepted()).extracting(LoadedPlugin::id).containsExactly("a", "b");
            assertThat(scan.refused()).isEmpty();
        }
    }

    @Test
    void anUnchangedJarIsSharedAndStopsWithTheLastWhoLetsGo() throws Exception {
        Path jar = Recogniser.jar("a").writeTo(directory.resolve("1.jar"));
        PluginScan first = load();
        Recogniser.jar("b").writeTo(directory.resolve("2.jar"));

        PluginScan second = PluginDirectory.load(
                directory,
                copies,
                PluginRules.NONE,
                new RunningPlugins(first.accepted(), List.of()),
                new PluginCalls());
        first.close();

        LoadedPlugin shared = second.accepted().get(0);
        assertThat(shared).isSameAs(first.accepted().get(0));
        assertThat(shared.isClosed()).isFalse();
        assertThat(shared.protocols()).hasSize(1);
        Recogniser.jar("a").version("2.0.0").writeTo(jar);
        try (PluginScan third = PluginDirectory.load(
                directory,
                copies,
                PluginRules.NONE,
                new RunningPlugins(second.accepted(), List.of()),
                new PluginCalls())) {
            assertThat(third.accepted().get(0)).isNotSameAs(shared);
            assertThat(third.accepted().get(1)).isSameAs(second.accepted().get(1));
        }
        second.close();
        assertThat(shared.isClosed()).isTrue();
    }

    @Test
    void aJarThatWasSetBackGivesWayToItsPredecessorUnlessTheRulesWantIt() {
        Path jar = Recogniser.jar("a").writeTo(directory.resolve("1.jar"));
        PluginScan first = load();
        Recogniser.jar("a").version("2.0.0").writeTo(jar);
        LoadedPlugin predecessor = first.accepted().get(0);
        String sha256;
        try (PluginScan second = load()) {
            sha256 = second.accepted().get(0).sha256();
        }
        RunningPlugins running =
                new RunningPlugins(List.of(), List.of(new RollbackEntry(sha256, predecessor, "it throws")));

        try (PluginScan third = PluginDirectory.load(directory, copies, PluginRules.NONE, running, new PluginCalls())) {
            first.close();
            assertThat(third.accepted()).containsExactly(predecessor);
            assertThat(predecessor.isClosed()).isFalse();
            assertThat(third.refused()).containsExactly(new RefusedJar(jar, Optional.of("a"), "it throws", false));
            assertThat(third.read()).isEqualTo(Map.of(jar, sha256));
            PluginRules pinned = new PluginRules(Map.of("a", sha256), Optional.empty(), false);
            try (PluginScan wanted = PluginDirectory.load(directory, copies, pinned, running, new PluginCalls())) {
                assertThat(wanted.accepted()).extracting(LoadedPlugin::version).containsExactly("2.0.0");
                assertThat(wanted.refused()).isEmpty();
            }
        }
        assertThat(predecessor.isClosed()).isTrue();
    }

    @Test
    void theLaterOfTwoJarsWithOneIdIsRefused() {
        Recogniser.jar("a").manifest("Plugin-Id", "test-plugin").writeTo(directory.resolve("1.jar"));
        Recogniser.jar("b").manifest("Plugin-Id", "test-plugin").writeTo(directory.resolve("2.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.accepted()).hasSize(1);
            assertThat(scan.refused()).singleElement().satisfies(refused -> {
                assertThat(refused.id()).contains("test-plugin");
                assertThat(refused.toString()).contains("2.jar: has the id of 1.jar");
            });
        }
    }

    @Test
    void theLaterOfTwoJarsWithOneProtocolNameIsRefusedWhole() {
        Recogniser.jar("echo").manifest("Plugin-Id", "first").writeTo(directory.resolve("1.jar"));
        Recogniser.jar("other", "public Set<String> aliases() { return Set.of(\"echo\"); }")
                .manifest("Plugin-Id", "second")
                .writeTo(directory.resolve("2.jar"));
        Recogniser.jar("other").manifest("Plugin-Id", "third").writeTo(directory.resolve("3.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.accepted()).extracting(LoadedPlugin::id).containsExactly("first", "third");
            assertThat(scan.refused())
                    .singleElement()
                    .asString()
                    .contains("2.jar: provides protocol echo, as 1.jar does");
        }
    }

    @Test
    void aMissingDirectoryIsRefusedByName() {
        Path missing = directory.resolve("plugins");

        PluginScan scan = PluginDirectory.load(missing, copies);

        assertThat(scan.refused())
                .singleElement()
                .asString()
                .isEqualTo(missing + ": no such plugin directory; create it, or set plugins_dir");
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("plugins"));

        PluginScan scan = PluginDirectory.load(file, copies);

        assertThat(scan.refused())
                .singleElement()
                .asString()
                .endsWith("cannot be read as a plugin directory: " + file + ": not a directory");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
    void aDirectoryThatOthersMayWriteGivesNoPlugin() throws IOException {
        Recogniser.jar("echo").writeTo(directory.resolve("echo.jar"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xrwx"));

        PluginScan scan = load();

        assertThat(scan.accepted()).isEmpty();
        assertThat(scan.refused()).singleElement().asString().contains("chmod o-w " + directory);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
    void aDirectoryThatOthersMayReplaceGivesNoPlugin() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Path plugins = Files.createDirectory(shared.resolve("plugins"));
        Recogniser.jar("echo").writeTo(plugins.resolve("echo.jar"));
        Path link = Files.createSymbolicLink(directory.resolve("linked.jar"), plugins.resolve("echo.jar"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xrwx"));

        PluginScan scan = PluginDirectory.load(plugins, copies);
        PluginScan linked = load();

        assertThat(scan.accepted()).isEmpty();
        assertThat(scan.refused())
                .singleElement()
                .asString()
                .contains("is reached through " + shared)
                .contains("chmod o-w " + shared);
        assertThat(linked.accepted()).isEmpty();
        assertThat(linked.refused())
                .singleElement()
                .asString()
                .startsWith(link + "")
                .contains("chmod o-w " + shared);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
    void aJarThatOthersMayWriteIsRefusedAlsoBehindALink() throws IOException {
        Path real = Recogniser.jar("echo").writeTo(directory.resolve("echo.jar-1"));
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r--rw-"));
        Files.createSymbolicLink(directory.resolve("echo.jar"), real);
        Recogniser.jar("good").writeTo(directory.resolve("good.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.accepted()).extracting(LoadedPlugin::id).containsExactly("good");
            assertThat(scan.refused()).singleElement().asString().contains("chmod o-w " + directory);
        }
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        Files.createDirectory(directory.resolve("directory.jar"));
        Files.createSymbolicLink(directory.resolve("link.jar"), directory.resolve("nowhere"));

        PluginScan scan = load();

        assertThat(scan.refused())
                .extracting(RefusedJar::reason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("not a regular file"),
                        reason -> assertThat(reason).contains("leads nowhere"));
    }

    @Test
    void aDirectoryWithASpaceAndAnAccentWorks() throws IOException {
        Path odd = Files.createDirectory(directory.resolve("my plug-ïns#1"));
        Recogniser.jar("echo").writeTo(odd.resolve("echo 100%.jar"));

        try (PluginScan scan = PluginDirectory.load(odd, copies)) {
            assertThat(scan.accepted()).hasSize(1);
        }
    }
}
