package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.refractium.api.Protocol;
import dev.refractium.server.plugin.NormalForms.Form;
import dev.refractium.server.plugin.NormalForms.Value;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NormalFormsTest extends LoadingTest {
    private static final Value ANNA = new Value("name", "Anna");

    private final PluginCalls calls = new PluginCalls();

    @Test
    void pluginIsAskedForEachValueOnAThreadOfItsOwn() throws Exception {
        Recogniser.jar(
                        "asked",
                        "public String normalForm(String attribute, String value) {"
                                + " return attribute + \" \" + value + \" \" + Thread.currentThread().getName(); }")
                .writeTo(directory.resolve("asked.jar"));

        try (PluginScan scan = load()) {
            assertThat(forms(scan).of(protocol(scan), Set.of(ANNA)))
                    .isEqualTo(Map.of(ANNA, new Form("name Anna refractium-plugin-asked", "")));
        }
    }

    @Test
    void pluginThatDoesNotReturnIsNamed() {
        Recogniser.jar(
                        "slow",
                        "public String normalForm(String attribute, String value) {"
                                + " try { Thread.sleep(600_000); } catch (InterruptedException e) {} return value; }")
                .writeTo(directory.resolve("slow.jar"));
        try (PluginScan scan = load()) {
            calls.deadline(Duration.ofMillis(500));

            PluginCallException thrown = catchThrowableOfType(
                    PluginCallException.class, () -> forms(scan).of(protocol(scan), Set.of(ANNA)));

            assertThat(thrown.reason())
                    .startsWith("plugin slow 1.0.0 normalForm() of protocol slow has not returned within 500ms");
        }
    }

    private NormalForms forms(PluginScan scan) {
        return new NormalForms(calls, scan.accepted());
    }

    private static Protocol protocol(PluginScan scan) {
        return scan.accepted().get(0).protocols().get(0);
    }
}
