package dev.refractium.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.BalanceRules;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SuffixesTest {
    private static final String[] LABELS = {"a", "b", "ab", "ba", "bab"};

    private final Random random = new Random(11);

    @Test
    void longestSuffixAgreesWithALinearSearch() {
        for (int round = 0; round < 300; round++) {
            Map<String, List<Rule>> rules = new HashMap<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                String suffix = "." + name(1 + random.nextInt(3));
                rules.put(suffix, List.of(rule("*" + suffix)));
            }
            Suffixes suffixes = new Suffixes(rules);

            for (int i = 0; i < 100; i++) {
                String value = name(1 + random.nextInt(5));
                Identification answer = Identification.match("sni", value);
                assertThat(suffixes.find(value, answer, null))
                        .as(value + " among " + rules.keySet())
                        .isSameAs(longest(rules, value));
            }
        }
    }

    @Test
    void ruleThatDoesNotMatchLeavesTheSessionToAShorterSuffix() {
        Rule narrow = only(Rule.expand(Map.of("sni", List.of("*.b.test"), "alpn", List.of("h2")), route()));
        Rule wide = rule("*.test");
        Suffixes suffixes = new Suffixes(Map.of(".b.test", List.of(narrow), ".test", List.of(wide)));

        assertThat(suffixes.find("a.b.test", answer("a.b.test", "h2"), null)).isSameAs(narrow);
        assertThat(suffixes.find("a.b.test", answer("a.b.test", "http/1.1"), null))
                .isSameAs(wide);
    }

    @Test
    void dottedSuffixAndBareNameDoNotMatch() {
        Suffixes suffixes = new Suffixes(Map.of(".test", List.of(rule("*.test"))));

        assertThat(suffixes.find(".test", answer(".test", "h2"), null)).isNull();
        assertThat(suffixes.find("test", answer("test", "h2"), null)).isNull();
    }

    private static @Nullable Rule longest(Map<String, List<Rule>> rules, String value) {
        String found = "";
        for (String suffix : rules.keySet()) {
            if (value.endsWith(suffix) && value.length() > suffix.length() && suffix.length() > found.length()) {
                found = suffix;
            }
        }
        return found.isEmpty() ? null : only(rules.getOrDefault(found, List.of()));
    }

    private String name(int labels) {
        List<String> name = new ArrayList<>();
        for (int i = 0; i < labels; i++) {
            name.add(LABELS[random.nextInt(LABELS.length)]);
        }
        return String.join(".", name);
    }

    private static Identification answer(String sni, String alpn) {
        return Identification.match(Map.of("sni", List.of(sni), "alpn", List.of(alpn)));
    }

    private static Rule rule(String pattern) {
        return only(Rule.expand(Map.of("sni", List.of(pattern)), route()));
    }

    private static Route route() {
        return new Route(
                "r",
                new Pool(
                        "test",
                        List.of(new Backend(new Source("127.0.0.1", 9, Transport.TCP))),
                        new BalanceRules(Policy.ROUND_ROBIN)),
                false,
                false);
    }

    private static Rule only(List<Rule> rules) {
        assertThat(rules).hasSize(1);
        return rules.get(0);
    }
}
