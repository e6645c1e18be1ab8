package dev.refractium.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuggestionTest {
    private static final List<String> KNOWN = List.of("bind", "port", "plugins_dir", "hot_reload");

    @ParameterizedTest
    @CsvSource({
        "prot, port",
        "porrt, port",
        "prt, port",
        "post, port",
        "PORT, port",
        "plugin-dir, plugins_dir",
        "hotreload, hot_reload"
    })
    void aTypingErrorIsRecognised(String typed, String meant) {
        assertThat(Suggestion.closest(typed, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "colour", "trop", "in"})
    void distantWordIsNotSuggested(String typed) {
        assertThat(Suggestion.closest(typed, KNOWN)).isEmpty();
    }

    @Test
    void sameFirstLetterDecidesBetweenEquallyCloseWords() {
        assertThat(Suggestion.closest("htp", List.of("ftp", "http"))).contains("http");
        assertThat(Suggestion.closest("htp", List.of("http", "ftp"))).contains("http");
        assertThat(Suggestion.closest("xtp", List.of("ftp", "ntp"))).contains("ftp");
    }

    @Test
    void overlongWordIsNotCompared() {
        assertThat(Suggestion.closest("a".repeat(65), List.of("a".repeat(66)))).isEmpty();
        assertThat(Suggestion.closest("a".repeat(64), List.of("a".repeat(66)))).isPresent();
    }

    @Test
    void phraseSuggestsOrListsTheKnownWords() {
        assertThat(Suggestion.phrase("prot", KNOWN)).isEqualTo("did you mean \"port\"?");
        assertThat(Suggestion.phrase("colour", KNOWN)).isEqualTo("known are bind, port, plugins_dir, hot_reload");
        assertThat(Suggestion.phrase("colour", List.of())).isEqualTo("none is known");
    }
}
