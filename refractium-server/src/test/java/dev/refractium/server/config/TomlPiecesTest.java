package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TomlPiecesTest {
    private static final String ROUTES = """
            [[protocols]]
            name = "ssh"
            id = "r%d"
            forward_to = "a:22"
            listeners = [
            "l%d",
            ]
            [protocols.match]

            """;

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources"))) {
            return files.filter(file -> file.toString().endsWith(".toml")).toList();
        }
    }

    /** A long comment makes the reader divide a text that it would read as a whole. */
    @ParameterizedTest
    @MethodSource("files")
    void aDividedFileIsReadAsTheWhole(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        String ended = text.endsWith("\n") ? text : text + "\n";

        ConfigReader.Parsed whole = ConfigReader.parse(ended, "t", Path.of("/"));
        ConfigReader.Parsed divided = ConfigReader.parse(ended + "#".repeat(TomlPieces.LEAST), "t", Path.of("/"));

        assertThat(shown(divided)).isEqualTo(shown(whole));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x = [\n",
                "[protocols]\n",
                "protocols = []\n",
                "a = \"\"\"\n",
                "b = '[\n",
                "c = {\n",
                "[[protocols]\n",
                "# [\n\"#\" = '['\n",
                "[ protocols.x ]\n",
                "[pools.p]\nservers = [\n[\"a\"],\n['b:1']]\n"
            })
    void positionsAreThoseOfTheWhole(String between) {
        StringBuilder text = new StringBuilder("[server]\nport = 1\n");
        for (int i = 0; i < 12; i++) {
            text.append(String.format(ROUTES, i, i))
                    .append(i == 6 ? between : "")
                    .append("[pools.p" + i + "]\nservers = \"b:1\"\nbad = 1\n");
        }

        ConfigReader.Parsed whole = ConfigReader.parse(text.toString(), "t", Path.of("/"));
        ConfigReader.Parsed divided = ConfigReader.parse(text + "#".repeat(TomlPieces.LEAST), "t", Path.of("/"));

        assertThat(shown(divided)).isEqualTo(shown(whole));
    }

    /** The end of the text is at another column behind the comment. */
    private static String shown(ConfigReader.Parsed parsed) {
        return List.of(parsed.config(), parsed.unreadable(), parsed.warnings(), parsed.legible())
                .toString()
                .replace(":" + (TomlPieces.LEAST + 1) + ":", ":1:");
    }

    @Test
    void aLongTextIsDividedAtItsRoutes() {
        String text = "[server]\n" + String.format(ROUTES, 1, 1).repeat(5_000) + "[pools.p]\n";

        List<TomlPieces.Piece> pieces = TomlPieces.of(text);

        assertThat(pieces.get(0).text()).isEqualTo("[server]\n[pools.p]\n");
        assertThat(pieces).hasSizeGreaterThan(5).allMatch(piece -> piece.text().length() < 40_000);
        assertThat(pieces.stream().mapToInt(piece -> piece.text().length()).sum())
                .isEqualTo(text.length());
    }
}
