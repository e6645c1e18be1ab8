package dev.refractium.server.plugin;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.PluginJar;
import dev.refractium.testkit.Tapping;
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

/** What docs/hooks.md shows works as it stands there. */
class HookGuideTest extends LoadingTest {
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private String hook;
    private String test;

    @BeforeEach
    void readTheGuide() throws IOException {
        String[] shown = JAVA.matcher(Files.readString(Path.of("..", "docs", "hooks.md")))
                .results()
                .map(block -> block.group(1))
                .toArray(String[]::new);
        assertThat(shown).as("a hook, then its test").hasSize(2);
        hook = shown[0];
        test = shown[1];
    }

    @Test
    void theHookCompilesLoadsAndWatches() {
        PluginJar.named("example-audit").source(hook).writeTo(directory.resolve("audit.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.refused()).isEmpty();
            assertThat(scan.accepted().get(0).hooks()).containsOnlyKeys("audit");
            Tapping tapping =
                    Tapping.open(requireNonNull(scan.accepted().get(0).hooks().get("audit")), FakeSession.tcp());
            assertThat(tapping.isTapped()).isTrue();
            tapping.end("done");
        }
    }

    @Test
    void itsTestPasses() throws Exception {
        URL jar = PluginJar.named("example-audit")
                .source(hook, test)
                .writeTo(directory.resolve("audit.jar"))
                .toUri()
                .toURL();
        SummaryGeneratingListener proof = new SummaryGeneratingListener();

        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {jar}, getClass().getClassLoader())) {
            Class<?> shown = classes.loadClass("com.example.audit.AuditTest");
            LauncherFactory.create()
                    .execute(request().selectors(selectClass(shown)).build(), proof);
        }

        assertThat(proof.getSummary().getFailures()).isEmpty();
        assertThat(proof.getSummary().getTestsSucceededCount()).isEqualTo(1);
    }
}
