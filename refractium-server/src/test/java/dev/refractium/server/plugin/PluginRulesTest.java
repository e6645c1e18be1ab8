package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginRulesTest extends LoadingTest {
    private static final PluginRules DENY = new PluginRules(Map.of(), Optional.empty(), true);

    @Test
    void aJarWithTheHashThatIsPinnedIsTaken() {
        String hash = hashOf(jar("ssh"));

        PluginScan scan = load(new PluginRules(Map.of("ssh", hash), Optional.empty(), false));

        assertThat(scan.accepted()).extracting(LoadedPlugin::id).containsExactly("ssh");
        scan.close();
    }

    @Test
    void aJarWithAnotherHashIsRefusedAndBothAreNamed() {
        String hash = hashOf(jar("ssh"));
        String other = "0".repeat(64);

        PluginScan scan = load(new PluginRules(Map.of("ssh", other), Optional.empty(), false));

        assertThat(scan.accepted()).isEmpty();
        assertThat(scan.refused()).singleElement().satisfies(refused -> {
            assertThat(refused.id()).contains("ssh");
            assertThat(refused.leftOut()).isFalse();
            assertThat(refused.reason()).contains("its SHA-256 is " + hash, "pinned in [plugins] is " + other);
        });
    }

    @Test
    void onlyTheIdsThatAreAllowedAreTaken() {
        jar("dns");
        jar("ssh");

        PluginScan scan = load(new PluginRules(Map.of(), Optional.of(Set.of("ssh")), false));

        assertThat(scan.accepted()).extracting(LoadedPlugin::id).containsExactly("ssh");
        assertThat(scan.refused()).singleElement().satisfies(left -> {
            assertThat(left.leftOut()).isTrue();
            assertThat(left.reason()).contains("not in allow of [plugins]");
        });
        scan.close();
    }

    @Test
    void anEmptyListAllowsNone() {
        jar("ssh");

        assertThat(load(new PluginRules(Map.of(), Optional.of(Set.of()), false)).accepted())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "System.exit(1);                                       | System.exit in plugin/Recogniser.class",
                "Runtime.getRuntime().halt(1);                         | Runtime.halt",
                "Runtime.getRuntime().exit(1);                         | Runtime.exit",
                "new ProcessBuilder(\"true\").start();                 | ProcessBuilder.start",
                "Runtime.getRuntime().exec(new String[] {\"true\"});   | Runtime.exec",
                "System.load(\"/x\");                                  | System.load",
                "System.loadLibrary(\"x\");                            | System.loadLibrary",
                "long wide = 1L << 40; double w = 1e300 * wide; System.exit((int) w); | System.exit",
                "class Inner { void run() { System.exit(3); } }        | System.exit in plugin/Recogniser$1Inner.class",
            })
    void callsThatEndOrLeaveTheProcessAreRefusedWhereTheyAreDenied(String statement, String reason) {
        Recogniser.jar("bad", "void never() throws Exception { " + statement + " }")
                .writeTo(directory.resolve("bad.jar"));

        PluginScan scan = load(DENY);

        assertThat(scan.refused()).singleElement().asString().contains(reason, "deny_calls");
    }

    @Test
    void elsewhereTheyAreAWarningAndThePluginIsTaken() {
        Recogniser.jar("bold", "void never() { System.exit(1); }").writeTo(directory.resolve("bold.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.accepted()).extracting(LoadedPlugin::id).containsExactly("bold");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ServiceLoader.load(Runnable.class);            | true",
                "Thread.currentThread().getContextClassLoader(); | true",
                "Thread.currentThread().getName();              | false",
                "System.exit(1);                                | false",
            })
    void useOfTheContextClassLoaderIsFoundInTheClasses(String statement, boolean found) throws Exception {
        Path jar =
                Recogniser.jar("looking", "void look() { " + statement + " }").writeTo(directory.resolve("l.jar"));

        assertThat(JarFacts.read(jar).named().usesContext()).isEqualTo(found);
    }

    @Test
    void whatOnlyLooksLikeItIsTaken() {
        Recogniser.jar(
                        "good",
                        "static void exit(int code) {}",
                        "static void load(String s) {}",
                        "void fine() { exit(1); load(\"System.exit\"); System.getProperty(\"java/lang/System\"); }")
                .writeTo(directory.resolve("good.jar"));

        try (PluginScan scan = load(DENY)) {
            assertThat(scan.refused()).isEmpty();
        }
    }

    private Path jar(String id) {
        return Recogniser.jar(id).writeTo(directory.resolve(id + ".jar"));
    }

    private String hashOf(Path jar) {
        try (PluginScan scan = load()) {
            List<LoadedPlugin> plugins = scan.accepted();
            assertThat(plugins).extracting(LoadedPlugin::file).containsExactly(jar);
            return plugins.get(0).sha256();
        }
    }
}
