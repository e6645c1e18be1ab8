package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.HangingPlugin;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plugin that does not return from one of its methods is refused with the name of that method, or left alone. */
class HangingPluginTest extends LoadingTest {
    private final PluginCalls calls = new PluginCalls();

    @AfterEach
    void letGo() {
        HangingPlugin.letGo();
        await().until(() -> calls.hanging().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "class | constructor of plugin.Hanging",
                "plugin | constructor of plugin.Hanging",
                "start | start()",
                "protocol | constructor of plugin.Hanging$Speaking",
                "name | name()",
                "aliases | aliases()",
                "transports | transports()",
                "attributes | attributes()",
                "serverSpeaksFirst | serverSpeaksFirst()",
                "trustsPeer | trustsPeer()",
                "canStartWith | canStartWith()",
                "hook | constructor of plugin.Hanging$Watching",
                "hookName | name()"
            })
    void aJarThatHangsWhileItIsLoadedIsRefusedAndNamed(String where, String call) throws Exception {
        Recogniser.jar("other").writeTo(directory.resolve("1.jar"));
        HangingPlugin.jar("1.2.0").writeTo(directory.resolve("2.jar"));
        // So that what is slow the first time is not taken for what hangs.
        load(calls).close();
        HangingPlugin.hangIn(where);
        calls.deadline(Duration.ofSeconds(1));

        try (PluginScan scan = load(calls)) {
            assertThat(scan.accepted()).extracting(LoadedPlugin::id).containsExactly("other");
            assertThat(scan.refused())
                    .singleElement()
                    .satisfies(jar -> assertThat(jar.id()).hasValue("hanging"))
                    .extracting(RefusedJar::reason)
                    .asString()
                    .contains("plugin hanging 1.2.0 " + call + " has not returned within 1s, call_timeout");
            assertThat(calls.hanging())
                    .singleElement()
                    .asString()
                    .startsWith("plugin hanging 1.2.0 " + call + " has not returned for ");
        }
        HangingPlugin.letGo();
        await().until(() -> calls.hanging().isEmpty());
        assertThat(filesIn(copies.path()))
                .as("the lock: what came too late was closed")
                .hasSize(1);
        calls.deadline(Duration.ofSeconds(30));
        try (PluginScan again = load(calls)) {
            assertThat(again.accepted()).extracting(LoadedPlugin::id).containsExactly("other", "hanging");
        }
    }

    @Test
    void aPluginThatDoesNotStopIsLeftAloneAndClosesOnceItHasStopped() throws Exception {
        HangingPlugin.jar("1.2.0").writeTo(directory.resolve("plugin.jar"));
        calls.deadline(Duration.ofMillis(200));
        LoadedPlugin plugin = load(calls).accepted().get(0);
        HangingPlugin.hangIn("stop");

        plugin.close();

        assertThat(plugin.isClosed()).isTrue();
        assertThat(calls.hanging())
                .singleElement()
                .asString()
                .startsWith("plugin hanging 1.2.0 stop() has not returned for ");
        assertThat(filesIn(copies.path())).as("its copy and the lock").hasSize(2);
        HangingPlugin.letGo();
        await().untilAsserted(() -> assertThat(filesIn(copies.path())).hasSize(1));
        await().until(() -> {
            System.gc();
            return plugin.isCollected();
        });
    }

    private PluginScan load(PluginCalls by) {
        return PluginDirectory.load(directory, copies, PluginRules.NONE, RunningPlugins.NONE, by);
    }
}
