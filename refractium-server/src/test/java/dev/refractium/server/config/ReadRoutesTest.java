package dev.refractium.server.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadRoutesTest {
    private static final int ROUTES = 2_000;

    private final ReadRoutes known = new ReadRoutes();

    /** A piece has some hundred routes. */
    @Test
    void onlyThePieceThatHasChangedIsReadAgain() {
        List<RouteConfig> before = read(text("b:1", "")).config().routes();

        List<RouteConfig> after = read(text("b:2", "")).config().routes();

        assertThat(after).hasSize(ROUTES);
        assertThat(after.get(ROUTES / 2).destination()).hasToString("b:2");
        assertThat(kept(before, after)).isBetween(ROUTES - 600, ROUTES - 1);
    }

    @Test
    void everyPlaceIsThatOfAReadingThatKnewNothing() {
        read(text("b:1", ""));

        ConfigReader.Parsed moved = read(text("b:1", "\n# a line more\n"));

        assertThat(moved.config().routes())
                .isEqualTo(ConfigReader.parse(text("b:1", "\n# a line more\n"), "t", Path.of("/"))
                        .config()
                        .routes());
    }

    @Test
    void aTableMoreRenamesThoseBehind() {
        read(text("b:1", ""));
        String more = "[[protocols]]\nname = \"ssh\"\nforward_to = \"c:1\"\n";
        String text = more + text("b:1", "").replaceFirst("\n\n\n", "");

        ConfigReader.Parsed parsed = read(text);

        assertThat(parsed.config().routes())
                .isEqualTo(ConfigReader.parse(text, "t", Path.of("/")).config().routes());
    }

    @Test
    void problemsAndWarningsAreReportedEachTime() {
        for (String said : List.of("bad = 1", "balance = \"none\"", "id = \"${env:NO_SUCH}\"")) {
            String text = text("b:1", "").replace("sni = \"n1.example.com\"", said);

            List<Problem> first = read(text).problems();

            assertThat(first).as(said).hasSize(1);
            assertThat(read(text).problems()).as(said).isEqualTo(first);
        }
    }

    @Test
    void variablesAreReportedAsUsedEachTime() {
        String text = text("${env:NO_SUCH:-b:1}", "");

        List<Variables.Use> first = read(text).config().inputs().variables();

        assertThat(first).hasSize(1);
        assertThat(read(text).config().inputs().variables()).isEqualTo(first);
    }

    @Test
    void whatAReadingNoLongerHasIsForgotten() {
        read(text("b:1", ""));
        int pieces = known.size();
        for (int i = 2; i < 20; i++) {
            read(text("b:" + i, ""));
        }

        assertThat(known.size()).isEqualTo(pieces);
    }

    private ConfigReader.Parsed read(String text) {
        ConfigReader.Reading reading = new ConfigReader.Reading(new Variables(Map.of()), known);
        ConfigReader.Parsed parsed = ConfigReader.parse(text.getBytes(UTF_8), "t", Path.of("/"), reading);
        known.end();
        return parsed;
    }

    private static int kept(List<RouteConfig> before, List<RouteConfig> after) {
        Set<RouteConfig> all = Collections.newSetFromMap(new IdentityHashMap<>());
        all.addAll(before);
        Set<RouteConfig> kept = new HashSet<>(after);
        kept.removeIf(route -> !all.contains(route));
        return kept.size();
    }

    /** @param one the backend of the route in the middle */
    private static String text(String one, String above) {
        StringBuilder text =
                new StringBuilder("[server]\nport = 1\n").append(above).append("\n\n\n");
        for (int i = 0; i < ROUTES; i++) {
            text.append("[[protocols]]\nname = \"https\"\nsni = \"n" + i + ".example.com\"\nforward_to = \""
                    + (i == ROUTES / 2 ? one : "b:1") + "\"\n");
        }
        return text.toString();
    }
}
