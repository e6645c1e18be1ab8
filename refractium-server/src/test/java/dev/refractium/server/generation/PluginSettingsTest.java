package dev.refractium.server.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.files.StateDirectory;
import dev.refractium.server.plugin.PluginDirectory;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.testkit.PluginJar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginSettingsTest {
    private final Problems problems = new Problems();

    @TempDir
    private Path directory;

    private StateDirectory copies;

    @BeforeEach
    void openCopies() throws IOException {
        copies = StateDirectory.open(Map.of());
    }

    @AfterEach
    void closeCopies() {
        copies.close();
    }

    @Test
    void settingsReachThePlugin() {
        plugin("return new Told(settings.string(\"word\", \"?\") + settings.integer(\"number\", 0)"
                + " + settings.bool(\"flag\", false) + settings.strings(\"list\", List.of()));");

        List<Protocol> protocols =
                apply("[settings.told]\nword = \"a\"\nnumber = 7\nflag = true\nlist = [\"x\", \"y\"]\n");

        assertThat(problems.all()).isEmpty();
        assertThat(protocols)
                .singleElement()
                .satisfies(told -> assertThat(told.attributes()).containsExactly("a7true_x_y"));
    }

    @Test
    void pathStartsAtTheDirectoryOfItsFile() {
        plugin("return new Told(\"at\" + settings.path(\"file\").map(Object::toString).orElse(\"none\"));");

        assertThat(attribute("file = \"logs/../a.log\"\n")).isEqualTo(worded("at" + directory.resolve("a.log")));
        assertThat(attribute("file = \"/logs/a.log\"\n")).isEqualTo("at_logs_a_log");
        assertThat(attribute("")).isEqualTo("atnone");
    }

    @Test
    void malformedPathIsRefusedAtItsPlace() {
        plugin("settings.path(\"one\"); settings.path(\"two\"); settings.path(\"three\"); return this;");

        apply("[settings.told]\none = 1\ntwo = \" \"\nthree = \"a\\u0000b\"\n");

        assertThat(problems.all())
                .extracting(Problem::toString)
                .containsExactly(
                        "t:2:1: settings.told.one: is the integer 1; write a path in quotes",
                        "t:3:1: settings.told.two: is the string \" \"; write a path in quotes",
                        "t:4:1: settings.told.three: is no path; Nul character not allowed");
    }

    @Test
    void secretIsWrittenOrReadFromItsFile() {
        plugin("return new Told(settings.secret(\"token\").orElse(\"none\"));");

        assertThat(attribute("token = \"open sesame\"\n")).isEqualTo("open_sesame");
        assertThat(attribute("token_file = \"sesame\"\n")).isEqualTo(worded("in " + directory.resolve("sesame")));
        assertThat(attribute("")).isEqualTo("none");
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void secretIsInNoProblem() {
        plugin("settings.secret(\"one\"); settings.secret(\"two\"); settings.secret(\"three\");"
                + " String word = settings.secret(\"word\").get();"
                + " settings.problem(\"word\", word + \" is too short\");"
                + " throw new IllegalStateException(\"refused: \" + word);");

        apply("[settings.told]\none = 12345\ntwo = \"a\"\ntwo_file = \"b\"\nthree_file = \"/\"\nword = \"sesame\"\n");

        assertThat(problems.all())
                .extracting(Problem::toString)
                .contains(
                        "t:2:1: settings.told.one: is no secret; write a string in quotes, or name its file in one_file",
                        "t:4:1: settings.told.two_file: is also said by two; remove one of the two",
                        "t:5:1: settings.told.three_file: / is none",
                        "t:6:1: settings.told.word: (secret) is too short")
                .anySatisfy(problem -> assertThat(problem).contains("refused: (secret)"))
                .allSatisfy(problem -> assertThat(problem).doesNotContain("sesame", "12345"));
    }

    @Test
    void pluginWithoutATableIsConfiguredToo() {
        plugin("return new Told(settings.string(\"word\", \"none\"));");

        assertThat(apply(""))
                .singleElement()
                .satisfies(told -> assertThat(told.attributes()).containsExactly("none"));
    }

    @Test
    void unreadKeyIsRefusedAtItsPlace() {
        plugin("settings.strings(\"methods\", List.of()); return this;");

        apply("[settings.told]\nmethosd = [\"PURGE\"]\n");

        assertThat(problems.all())
                .singleElement()
                .hasToString("t:2:1: settings.told.methosd: unknown key; did you mean \"methods\"?");
    }

    @Test
    void valueOfAnotherTypeIsRefusedAtItsPlace() {
        plugin("settings.integer(\"port\", 1); settings.strings(\"list\", List.of()); settings.bool(\"day\", true);"
                + " return this;");

        apply("[settings.told]\nport = \"80\"\n  list = [1]\nday = 2026-01-01\n");

        assertThat(problems.all())
                .extracting(Problem::toString)
                .containsExactly(
                        "t:2:1: settings.told.port: is the string \"80\"; write an integer without quotes",
                        "t:3:3: settings.told.list: is an array; write a string or an array of strings",
                        "t:4:1: settings.told.day: is the date or time 2026-01-01; write true or false without quotes");
    }

    @Test
    void problemOfAPluginHasItsPlace() {
        plugin("settings.integer(\"port\", 1); settings.problem(\"port\", \"70000 is no port\\u001b[31m\");"
                + " settings.problem(\"missing\", \"is missing\"); return this;");

        apply("[settings.told]\nport = 70000\n");

        assertThat(problems.all())
                .extracting(Problem::toString)
                .containsExactly(
                        "t:1:1: settings.told.missing: is missing",
                        "t:2:1: settings.told.port: 70000 is no port\\x1b[31m");
    }

    @Test
    void throwIsAProblemOfTheTable() {
        plugin("throw new StackOverflowError(\"deep\");");

        apply("\n[settings.told]\n");

        assertThat(problems.all())
                .singleElement()
                .asString()
                .startsWith("t:2:1: settings.told: protocol told: configured() threw")
                .contains("deep");
    }

    @Test
    void changedNameIsRefused() {
        plugin("return new Other();");

        apply("");

        assertThat(problems.all())
                .singleElement()
                .asString()
                .contains("of another name", "\"other\" instead of \"told\"");
    }

    @Test
    void tableOfAnUnknownPluginIsRefusedWithASuggestion() {
        plugin("return this;");

        apply("[settings.tolt]\n");

        assertThat(problems.all())
                .singleElement()
                .hasToString("t:1:1: settings.tolt: no plugin has this id; did you mean \"told\"?");
    }

    @Test
    void pluginIsUnchangedForOtherConfigurations() {
        plugin("return new Told(settings.string(\"word\", \"none\"));");
        try (PluginScan scan = PluginDirectory.load(directory, copies)) {
            List<Protocol> one = apply("[settings.told]\nword = \"one\"\n", scan);
            List<Protocol> two = apply("[settings.told]\nword = \"two\"\n", scan);

            assertThat(one.get(0).attributes()).containsExactly("one");
            assertThat(two.get(0).attributes()).containsExactly("two");
            assertThat(scan.accepted().get(0).protocols().get(0).attributes()).containsExactly("unconfigured");
        }
    }

    private String attribute(String settings) {
        return apply("[settings.told]\n" + settings)
                .get(0)
                .attributes()
                .iterator()
                .next();
    }

    private static String worded(String text) {
        return text.replaceAll("[^a-z0-9]+", "_").replaceAll("_$", "");
    }

    private List<Protocol> apply(String toml) {
        try (PluginScan scan = PluginDirectory.load(directory, copies)) {
            assertThat(scan.refused()).isEmpty();
            return apply(toml, scan);
        }
    }

    private List<Protocol> apply(String toml, PluginScan scan) {
        ConfigReader.Parsed parsed = ConfigReader.parse(toml, "t", directory);
        assertThat(parsed.problems()).isEmpty();
        return PluginSettings.apply(parsed.config(), scan, PluginSettingsTest::secret, problems);
    }

    private static String secret(Path file) throws IOException {
        if (file.getNameCount() == 0) {
            throw new IOException("is none");
        }
        return "in " + file;
    }

    /** A plugin whose attribute is named after its settings; {@code body} is that of configured(). */
    private void plugin(String body) {
        PluginJar.named("told").source("""
                package plugin;
                import dev.refractium.api.*;
                import java.util.*;
                @org.pf4j.Extension
                public class Told implements Protocol {
                    private final String text;
                    public Told() { this("unconfigured"); }
                    Told(String text) { this.text = text.replaceAll("[^a-z0-9]+", "_").replaceAll("_$", ""); }
                    public String name() { return "told"; }
                    public List<String> attributes() { return List.of(text); }
                    public Identification identify(Peek peek) { return Identification.match(); }
                    public Protocol configured(Settings settings) { %s }
                    static class Other implements Protocol {
                        public String name() { return "other"; }
                        public Identification identify(Peek peek) { return Identification.match(); }
                    }
                }
                """.formatted(body)).writeTo(directory.resolve("told.jar"));
    }
}
