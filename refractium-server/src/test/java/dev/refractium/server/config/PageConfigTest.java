package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the page is served, and to whom. */
class PageConfigTest {
    private static final String OPEN = "bind = \"192.0.2.1\"\n";
    private static final String TOKEN = "token_file = \"t\"\n";

    @Test
    void thePageIsServedOnLoopbackUnlessItIsSwitchedOff() {
        assertThat(hasPage("")).isTrue();
        assertThat(hasPage("bind = \"::1\"\n")).isTrue();
        assertThat(hasPage("bind = \"localhost\"\n")).isTrue();
        assertThat(hasPage(TOKEN)).isTrue();
        assertThat(hasPage("page = false\n")).isFalse();
    }

    @Test
    void elsewhereItIsServedWithATokenOnly() {
        assertThat(hasPage(OPEN)).isFalse();
        assertThat(hasPage("bind = \"::\"\n")).isFalse();
        assertThat(hasPage(OPEN + "page = true\n" + TOKEN)).isTrue();
        assertThat(problems(OPEN + "page = true\n"))
                .singleElement()
                .asString()
                .startsWith("t:3:1: admin.page: needs token_file, since bind is not a loopback address");
    }

    @Test
    void aTokenWithoutThePageIsRefused() {
        assertThat(problems(OPEN + TOKEN))
                .singleElement()
                .asString()
                .startsWith("t:3:1: admin.token_file: has no effect on an address that is not loopback");
        assertThat(problems("page = false\n" + TOKEN))
                .singleElement()
                .asString()
                .startsWith("t:3:1: admin.token_file: has no effect with page = false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "short", "has a space in the middle", "umläute-umläute-umläute", "two\nlines-of-a-token"})
    void aTokenThatNoHeaderCarriesOrThatIsGuessedIsRefused(String token) {
        assertThatThrownBy(() -> new AdminToken(token))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("is not a line of 16 to 512 letters")
                .hasMessageNotContaining("umlä");
    }

    @Test
    void aTokenMatchesItselfAlone() {
        AdminToken token = new AdminToken("0123456789abcdef");

        assertThat(token.matches("0123456789abcdef")).isTrue();
        assertThat(token.matches("0123456789abcdeF")).isFalse();
        assertThat(token.matches("")).isFalse();
        assertThat(token).isEqualTo(new AdminToken("0123456789abcdef")).hasToString("(secret)");
        assertThat(token).isNotEqualTo(new AdminToken("0123456789abcdeg"));
    }

    private static boolean hasPage(String keys) {
        ConfigReader.Parsed parsed = parse(keys);
        assertThat(parsed.problems()).isEmpty();
        return parsed.config().admin().orElseThrow().hasPage();
    }

    private static List<Problem> problems(String keys) {
        return parse(keys).problems();
    }

    private static ConfigReader.Parsed parse(String keys) {
        return ConfigReader.parse("[admin]\n" + keys, "t", Path.of("/"));
    }
}
