package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import dev.refractium.testkit.PluginJar;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** What docs/plugins.md shows works as it stands there. */
class PluginGuideTest extends LoadingTest {
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private String plugin;
    private String contractTest;

    @BeforeEach
    void readTheGuide() throws IOException {
        String[] shown = JAVA.matcher(Files.readString(Path.of("..", "docs", "plugins.md")))
                .results()
                .map(block -> block.group(1))
                .toArray(String[]::new);
        assertThat(shown).as("a plugin, then its test").hasSize(2);
        plugin = shown[0];
        contractTest = shown[1];
    }

    @Test
    void theWholePluginCompilesAndLoads() {
        PluginJar.named("example-mqtt").source(plugin).writeTo(directory.resolve("mqtt.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.refused()).isEmpty();
            assertThat(scan.accepted().get(0).protocols())
                    .singleElement()
                    .asString()
                    .isEqualTo("mqtt");
        }
    }

    @Test
    void theContractTestPasses() throws Exception {
        URL jar = PluginJar.named("example-mqtt")
                .source(plugin, contractTest)
                .writeTo(directory.resolve("mqtt.jar"))
                .toUri()
                .toURL();
        SummaryGeneratingListener proof = new SummaryGeneratingListener();

        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {jar}, getClass().getClassLoader())) {
            Class<?> test = classes.loadClass("com.example.mqtt.MqttTest");
            LauncherFactory.create()
                    .execute(request().selectors(selectClass(test)).build(), proof);
        }

        assertThat(proof.getSummary().getFailures()).isEmpty();
        assertThat(proof.getSummary().getTestsSucceededCount())
                .isPositive()
                .isEqualTo(proof.getSummary().getTestsFoundCount());
    }
}
