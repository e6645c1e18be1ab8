package dev.refractium.server.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("NAME", "value", "EMPTY", "", "NESTED", "${env:NAME} $${ \" ]", "_A1", "a");

    private final Variables variables = new Variables(ENVIRONMENT);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            value = {
                "plain, plain",
                "$ and } and {, $ and } and {",
                "${env:NAME}, value",
                "a ${env:NAME}${env:_A1} z, a valuea z",
                "${env:NAME:-other}, value",
                "${env:NONE:-other}, other",
                "${env:NONE:-}|, |",
                "${env:EMPTY:-other}, other",
                "${env:EMPTY}|, |",
                "$${env:NAME}, ${env:NAME}",
                "$$${env:NAME}, $${env:NAME}",
                "${env:NESTED}, ${env:NAME} $${ \" ]",
                "${env:NONE:-$${}, $${",
            })
    void variablesAreReplacedOnce(String text, String expected) {
        assertThat(variables.replace(text, "t:1:1", problem -> {})).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            value = {
                "${env:NONE}, the environment has no variable NONE; set it",
                "${NAME}, names no variable",
                "${env:}, names no variable",
                "${env:1A}, names no variable",
                "${env:NAME-x}, names no variable",
                "${ENV:NAME}, names no variable",
                "a ${env:NAME, without a closing }"
            })
    void otherReferencesAreRefused(String text, String expected) {
        ConfigReader.Parsed parsed = parse("[server]\nhooks = [\n  \"" + text + "\"]\n");

        assertThat(parsed.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.where()).isEqualTo("t:3:3");
            assertThat(problem.message()).contains(expected, "write ");
        });
    }

    @Test
    void valueBringsNoSyntaxAndKeysAreLeftAlone() {
        ConfigReader.Parsed parsed = parse("""
                        [settings.x]
                        word = "${env:NESTED}"
                        list = ["${env:NAME}", ["${env:_A1}"]]
                        "${env:NAME}" = 1
                        """);

        assertThat(parsed.problems()).isEmpty();
        assertThat(Objects.requireNonNull(parsed.config().settings().get("x")).values())
                .containsEntry("word", ENVIRONMENT.get("NESTED"))
                .containsEntry("list", List.of("value", List.of("a")))
                .containsEntry("${env:NAME}", 1L);
    }

    @Test
    void whatIsUsedIsListedWithItsPlaceAndWithoutItsValue() {
        ConfigReader.Parsed parsed =
                parse("[server]\nplugins_dir = \"/${env:NAME}\"\nstate_dir = \"/${env:NONE:-x}\"\n");

        assertThat(parsed.config().inputs().variables())
                .containsExactly(new Variables.Use("NAME", "t:2:1", true), new Variables.Use("NONE", "t:3:1", false));
    }

    @Test
    void stringsThatAreBytesTakeNoVariables() {
        ConfigReader.Parsed parsed = parse("""
                [[protocols]]
                name = "x"
                forward_to = "a:1"
                patterns = ["${env:NAME}", "${jndi:", { contains = "${env:NAME}", within = 99 }]
                health = { check = "send", send = "${env:NAME}", expect = "${env:NAME}" }
                """);

        assertThat(parsed.unreadable())
                .filteredOn(problem -> problem.message().startsWith("are bytes as they were written"))
                .extracting(Problem::where)
                .containsExactly("t:4:13", "t:4:41", "t:5:28", "t:5:50");
    }

    @Test
    void problemsHideValuesInEveryForm() {
        Variables secrets = new Variables(Map.of("HOST", "Very-Secret.example", "LONG", "s".repeat(400)));
        String toml = """
                [server]
                fallback_tcp = ["${env:HOST}:1", "${env:HOST}:1", "${env:HOST}:x"]
                hooks = "${env:LONG}"
                port = "${env:HOST}"
                """;

        ConfigReader.Parsed parsed =
                ConfigReader.parse(toml.getBytes(UTF_8), "t", Path.of("/"), new ConfigReader.Reading(secrets));

        assertThat(parsed.problems())
                .hasSize(4)
                .allSatisfy(problem -> assertThat(problem.toString().toLowerCase(Locale.ROOT))
                        .doesNotContain("secret", "example", "sss"));
        assertThat(parsed.problems().get(3))
                .hasToString("t:4:1: server.port: is the string \"${env:HOST}\"; write an integer without quotes");
    }

    private ConfigReader.Parsed parse(String toml) {
        return ConfigReader.parse(toml.getBytes(UTF_8), "t", Path.of("/"), new ConfigReader.Reading(variables));
    }
}
