package dev.refractium.server.generation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.explain.FirstBytes;
import dev.refractium.server.report.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a route asks of an attribute is compared in the form that the protocol's answers have. */
class NormalMatchesTest {
    private final RefractiumBuilder builder = Refractium.builder().protocol(new Lines());

    @Test
    void valueIsAskedInTheFormThatAnswersHave() throws Exception {
        route("127.0.0.1:1", "Anna", "Berta");
        route("127.0.0.1:2", "*.Example");
        route("127.0.0.1:3", "");

        try (Explainer explainer = builder.identify()) {
            assertThat(backend(explainer, "ANNA\n")).isEqualTo("127.0.0.1:1");
            assertThat(backend(explainer, "berta\n")).isEqualTo("127.0.0.1:1");
            assertThat(backend(explainer, "A.EXAMPLE\n")).isEqualTo("127.0.0.1:2");
            assertThat(backend(explainer, "\n")).isEqualTo("127.0.0.1:3");
        }
    }

    @Test
    void routeIsCalledAsItIsWritten() throws Exception {
        route("127.0.0.1:1", "Anna");

        try (Explainer explainer = builder.identify()) {
            assertThat(explainer.route(bytes("anna\n")).orElseThrow().to())
                    .map(Plan.Route::taken)
                    .contains("lines[word=Anna]");
        }
    }

    @Test
    void valueThatNoAnswerHasIsRefusedInTheWordsOfTheProtocol() {
        route("127.0.0.1:1", "Anna", "refused", "thrown", "null", "empty");

        assertThatThrownBy(builder::identify)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("lines.word: \"refused\" is refused: write letters")
                .hasMessageContaining(
                        "lines.word: \"thrown\" is refused: normalForm() threw java.lang.StackOverflowError")
                .hasMessageContaining("lines.word: \"null\" is refused: normalForm() threw java.lang.NullPointer")
                .hasMessageContaining("lines.word: \"empty\" is refused: normalForm() gave an empty value")
                .hasMessageNotContaining("Anna");
    }

    @Test
    void routesThatAskForTheSameInOtherWordsAreATie() {
        route("127.0.0.1:1", "Anna");
        route("127.0.0.1:2", "Berta", "aNNa");

        assertThatThrownBy(builder::identify)
                .hasMessageContaining("name: a tie")
                .hasMessageContaining("in other words");
    }

    @Test
    void namesOfAMapAreAskedInTheFormThatAnswersHave(@TempDir Path directory) throws Exception {
        Path map = Files.writeString(
                directory.resolve("words.map"), "Anna 203.0.113.1:1\n*.Example 203.0.113.2:2\n@ 203.0.113.3:3\n");
        builder.route("lines", route -> route.toMap(map, "word")).mapNetworks("203.0.113.0/24");

        try (Explainer explainer = builder.identify()) {
            assertThat(backend(explainer, "ANNA\n")).isEqualTo("203.0.113.1:1");
            assertThat(backend(explainer, "A.EXAMPLE\n")).isEqualTo("203.0.113.2:2");
            assertThat(backend(explainer, "other\n")).isEqualTo("203.0.113.3:3");
        }
        Files.writeString(map, "Anna 203.0.113.1:1\nrefused 203.0.113.1:1\naNNa 203.0.113.1:1\n");
        assertThatThrownBy(builder::identify)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(map + ":2:1: map: \"refused\" is refused: write letters")
                .hasMessageContaining(map + ":3:1: map: \"aNNa\" is also on line 1, written otherwise; remove one");
    }

    private void route(String backend, String... words) {
        builder.route("lines", route -> route.match("word", words).to(backend));
    }

    private static String backend(Explainer explainer, String bytes) {
        return explainer
                .route(bytes(bytes))
                .orElseThrow()
                .to()
                .orElseThrow()
                .backends()
                .get(0);
    }

    private static FirstBytes bytes(String text) {
        return FirstBytes.of(Transport.TCP, text.getBytes(US_ASCII));
    }

    /** A line, whose word is given in lower case; an empty line has none. */
    private static final class Lines implements Protocol {
        @Override
        public String name() {
            return "lines";
        }

        @Override
        public List<String> attributes() {
            return List.of("word");
        }

        @Override
        @SuppressWarnings("NullAway") // A plugin may be wrong.
        public String normalForm(String attribute, String value) {
            return switch (value) {
                case "refused" -> throw new IllegalArgumentException("write letters");
                case "thrown" -> throw new StackOverflowError();
                case "null" -> null;
                case "empty" -> "";
                default -> value.toLowerCase(Locale.ROOT);
            };
        }

        @Override
        public Identification identify(Peek peek) {
            int last = peek.length() - 1;
            if (peek.byteAt(last) != '\n') {
                return Identification.needMore(peek.length() + 1);
            }
            return last == 0
                    ? Identification.match()
                    : Identification.match("word", peek.ascii(0, last).toLowerCase(Locale.ROOT));
        }
    }
}
