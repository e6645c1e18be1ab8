package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.files.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/plugins.md shows works as it stands there. */
class PluginGuideTest {
    private static final Pattern JAVA = Pattern.compile("```java\n(package .*?)```", Pattern.DOTALL);

    @TempDir
    private Path directory;

    @Test
    void theWholePluginOfTheGuideCompilesAndLoads() throws IOException {
        Matcher guide = JAVA.matcher(Files.readString(Path.of("..", "docs", "plugins.md")));
        assertThat(guide.find()).isTrue();
        TestJar.of(guide.group(1)).writeTo(directory.resolve("mqtt.jar"));

        try (StateDirectory copies = StateDirectory.open(Map.of());
                PluginScan scan = PluginDirectory.load(directory, copies)) {
            assertThat(scan.refused()).isEmpty();
            assertThat(scan.accepted().get(0).protocols())
                    .singleElement()
                    .asString()
                    .isEqualTo("mqtt");
        }
    }
}
