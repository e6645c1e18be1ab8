package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlVersion;

class PatternLiteralTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "\"\\x01\\x02\\x03\", 010203",
                "\"\\xFF\", ff",
                "\"\\xff\\x00\\x80\", ff0080",
                "\"\\xc3\\xa9\", c3a9",
                "\"\u00e9\", c3a9",
                "\"\\u00e9\", c3a9",
                "\"\\u00E9\\U0001F600\", c3a9f09f9880",
                "\"\u00e9\\xe9\u00ff\", c3a9e9c3bf",
                "\"\ud83d\ude00\\xff\", f09f9880ff",
                "\"MY_PROTO_V1\", 4d595f50524f544f5f5631",
                "\"\\b\\t\\n\\f\\r\\e\\\"\\\\\", 08090a0c0d1b225c",
                "\"\\\\x41\", 5c783431",
                "'\\x01', 5c783031",
                "'a\"b\\', 6122625c",
                "\"it's\", 69742773",
                "\"\"\"\\xff\"\"\", ff",
                "'''\\xff''', 5c786666",
            })
    void literalBecomesTheseBytes(String literal, String hex) {
        assertThat(HexFormat.of().formatHex(bytes(literal))).isEqualTo(hex);
    }

    @Test
    void severalLinesFollowTheRulesOfToml() {
        assertThat(bytes("\"\"\"\nab\\\n   \n\t c\"\"\"")).isEqualTo(ascii("abc"));
        assertThat(bytes("\"\"\"\r\na\nb\"\"\"")).isEqualTo(ascii("a\nb"));
        assertThat(bytes("'''\na\\\nb'''")).isEqualTo(ascii("a\\\nb"));
        assertThat(bytes("\"\"\"\"a\"\"b\"\"\"\"\"")).isEqualTo(ascii("\"a\"\"b\"\""));
        assertThat(bytes("''''a''''")).isEqualTo(ascii("'a'"));
    }

    @Test
    void positionIsFoundBehindWideCharactersCommentsAndOtherElements() {
        String toml = """
                # \ud83d\ude00
                [[protocols]]
                name = "a"
                forward_to = "a:1"
                patterns = ["\ud83d\ude00", "\\xfe", # \u00e9 "x"
                   '\u00e9', "\\xfd" , { hex = "16" }, "\\xfc"]
                """;

        List<PatternConfig> patterns = patterns(toml);

        assertThat(patterns)
                .extracting(pattern -> HexFormat.of().formatHex(pattern.toBytes()))
                .containsExactly("f09f9880", "fe", "c3a9", "fd", "16", "fc");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{ contains = \"\\xff\", within = 9 }`, ff",
                "`{ within = 9, contains=\t'\\xf' }`, 5c7866",
                "`{ \"contains\" = \"=\", within = 9 }`, 3d",
                "`{ 'contains' = \"\u00e9\", within = 9 }`, c3a9",
                "`{ \"\\x63ontains\" = \"\"\"\\x00\"\"\", within = 9 }`, 00",
            })
    void textOfAKeyBecomesTheseBytes(String pattern, String hex) {
        assertThat(HexFormat.of().formatHex(bytes(pattern))).isEqualTo(hex);
    }

    /** Where a literal has no raw byte, its bytes are the UTF-8 of the value that the parser gives. */
    @Test
    void withoutRawBytesTheParserAgrees() {
        Random random = new Random(2);
        String[] pieces = {
            "a",
            "\\\\",
            "\\\"",
            "\\u00e9",
            "\\U0001F600",
            "\u00e9",
            "\ud83d\ude00",
            "'",
            "\\n",
            "\\e",
            "#",
            "]",
            ",",
            "\\\n  ",
            "\n",
            "\"",
            "\"\"",
            " "
        };
        int agreed = 0;
        for (int round = 0; round < 3000; round++) {
            StringBuilder literal = new StringBuilder("\"\"\"");
            for (int i = random.nextInt(8); i > 0; i--) {
                literal.append(pieces[random.nextInt(pieces.length)]);
            }
            String toml = "a = [ " + literal.append("\"\"\"") + ", 1]";
            TomlParseResult parsed = Toml.parse(toml, TomlVersion.V1_1_0);
            if (parsed.hasErrors()) {
                continue;
            }
            TomlArray array = Objects.requireNonNull(parsed.getArray("a"));

            byte[] decoded = PatternLiteral.decode(new SourceText(toml), array.inputPositionOf(0));

            assertThat(decoded).as(toml).isEqualTo(array.getString(0).getBytes(StandardCharsets.UTF_8));
            agreed++;
        }
        assertThat(agreed).isGreaterThan(1000);
    }

    private static byte[] bytes(String literal) {
        String toml = "[[protocols]]\nname = \"a\"\nforward_to = \"a:1\"\npatterns = [" + literal + "]\n";
        return patterns(toml).get(0).toBytes();
    }

    private static List<PatternConfig> patterns(String toml) {
        ConfigReader.Parsed parsed = ConfigReader.parse(toml, "test.toml", Path.of("/"));
        assertThat(parsed.problems()).isEmpty();
        return parsed.config().routes().get(0).selection().patterns();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
