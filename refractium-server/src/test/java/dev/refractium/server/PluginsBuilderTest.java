package dev.refractium.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.refractium.server.config.ConfigException;
import dev.refractium.testkit.PluginJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What code says of plugins, and how it goes with what the file says. */
class PluginsBuilderTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void makePlugin() {
        PluginJar.named("told").source("""
                package plugin;
                import dev.refractium.api.*;
                @org.pf4j.Extension
                public class Told implements Protocol {
                    public String name() { return "told"; }
                    public Identification identify(Peek peek) { return Identification.match(); }
                    public Protocol configured(Settings settings) {
                        settings.problem("word", settings.string("word", "?") + settings.integer("number", 0));
                        return this;
                    }
                }
                """).writeTo(directory.resolve("told.jar"));
    }

    @Test
    void settingsOfCodeTakeThePlaceOfTheFiles() throws Exception {
        Path file = Files.writeString(directory.resolve("r.toml"), "[settings.told]\nword = \"file\"\nunknown = 1\n");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> server(p -> p.settings("told", Map.of("word", "code", "number", 7)))
                        .config(file)
                        .check())
                .withMessage("builder: settings.told.word: code7");
    }

    @Test
    void whatTheFileRefusesCodeMayAllowAndTheOtherWayRound() throws Exception {
        Path file = Files.writeString(directory.resolve("r.toml"), "[plugins]\nallow = \"other\"\n");

        assertThat(reasons(server(p -> {}).config(file)))
                .singleElement()
                .asString()
                .contains("not in allow");
        assertThat(reasons(server(p -> p.allow("told", "other")).config(file))).isEmpty();
        assertThat(reasons(server(p -> p.pin("told", "0".repeat(64)))))
                .singleElement()
                .asString()
                .contains("pinned in [plugins] is 000");
    }

    @Test
    void startRefusesWhatTheBuilderForbids() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> server(p -> p.settings("told", Map.of("word", "code", "number", 7)))
                        .start())
                .withMessage("builder: settings.told.word: code7");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> server(p -> p.allow("other")).start())
                .withMessageContaining("; not in allow of [plugins]: told.jar; for a protocol")
                .withMessageNotContaining("its id is");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> server(p -> p.pin("told", "0".repeat(64))).start())
                .withMessageContaining("pinned in [plugins] is 000");
    }

    @Test
    void aPinThatIsNoHashIsAProblem() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> server(p -> p.pin("told", "12")).check())
                .withMessageContaining("builder: plugins.sha256: \"12\" is no SHA-256");
    }

    @Test
    void aWindowThatIsTooLongIsAProblem() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> server(p -> p.rollbackWindow(Duration.ofDays(2))).check())
                .withMessageContaining("builder: plugins.rollback_window: 48h is out of range; use 0s to 24h");
    }

    private RefractiumBuilder server(Consumer<PluginsBuilder> plugins) {
        return Refractium.builder()
                .listen("127.0.0.1", 0)
                .plugins(directory)
                .plugins(plugins)
                .route("told", route -> route.to("127.0.0.1:1"));
    }

    private static List<String> reasons(RefractiumBuilder server) throws Exception {
        return server.listPlugins().plugins().stream()
                .flatMap(plugin -> plugin.refused().stream())
                .toList();
    }
}
