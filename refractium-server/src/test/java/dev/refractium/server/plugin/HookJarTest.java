package dev.refractium.server.plugin;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Hook;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.PluginJar;
import dev.refractium.testkit.Tapping;
import org.junit.jupiter.api.Test;

/** JARs that bring hooks, alone or beside protocols. */
class HookJarTest extends LoadingTest {
    @Test
    void aJarMayBringHooksOnly() {
        hooks("audit", watcher("Watcher", "audit-log")).writeTo(directory.resolve("audit.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.refused()).isEmpty();
            LoadedPlugin plugin = scan.accepted().get(0);
            assertThat(plugin.protocols()).isEmpty();
            assertThat(plugin.hooks()).containsOnlyKeys("audit-log");
            Hook hook = requireNonNull(plugin.hooks().get("audit-log"));
            assertThat(Tapping.open(hook, FakeSession.tcp()).isTapped()).isTrue();
        }
    }

    @Test
    void aJarMayBringBoth() {
        Recogniser.jar("both").source(watcher("Watcher", "both")).writeTo(directory.resolve("both.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.refused()).isEmpty();
            assertThat(scan.accepted().get(0).protocols()).hasSize(1);
            assertThat(scan.accepted().get(0).hooks()).hasSize(1);
        }
    }

    @Test
    void aClosedPluginHasNoHooks() {
        hooks("audit", watcher("Watcher", "audit")).writeTo(directory.resolve("audit.jar"));
        LoadedPlugin plugin = load().accepted().get(0);

        plugin.close();

        assertThat(plugin.hooks()).isEmpty();
    }

    @Test
    void hooksOfOneNameAreRefused() {
        hooks("first", watcher("Watcher", "audit")).writeTo(directory.resolve("1.jar"));
        hooks("second", watcher("Watcher", "audit")).writeTo(directory.resolve("2.jar"));
        hooks("third", watcher("One", "own"), watcher("Two", "own")).writeTo(directory.resolve("3.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.accepted()).hasSize(1);
            assertThat(scan.refused().get(0).reason()).contains("provides hook audit, as 1.jar does");
            assertThat(scan.refused().get(1).reason()).contains("is a second hook of its name");
        }
    }

    @Test
    void aHookMustHaveAName() {
        hooks("audit", watcher("Watcher", "Audit Log")).writeTo(directory.resolve("audit.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.refused())
                    .singleElement()
                    .extracting(RefusedJar::reason)
                    .asString()
                    .contains("extension \"plugin.Watcher\": name() gives \"Audit Log\", which is not of the form");
        }
    }

    private static PluginJar hooks(String id, String... sources) {
        return PluginJar.named(id).source(sources);
    }

    private static String watcher(String type, String name) {
        return """
                package plugin;
                import dev.refractium.api.*;
                @org.pf4j.Extension
                public class %s implements Hook {
                    public String name() { return "%s"; }
                    public Tap open(Session session) { return end -> {}; }
                }
                """.formatted(type, name);
    }
}
