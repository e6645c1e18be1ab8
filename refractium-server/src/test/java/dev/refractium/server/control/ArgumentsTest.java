package dev.refractium.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @Test
    void membersAreReadByTheirTypes() {
        Arguments arguments =
                Arguments.parse(" { \"a\" : \"x\\\"\\\\\\u00e9\\n\" , \"b\":-12, \"c\":true,\"d\":null,\"e\":false } ");

        assertThat(arguments.text("a")).contains("x\"\\é\n");
        assertThat(arguments.number("b")).contains(-12L);
        assertThat(arguments.flag("c")).isTrue();
        assertThat(arguments.text("d")).isEmpty();
        assertThat(arguments.flag("e")).isFalse();
        assertThat(arguments.number("f")).isEmpty();
    }

    @Test
    void memberOfAnotherTypeAndUnknownOneAreRefused() {
        Arguments arguments = Arguments.parse("{\"a\":1}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> arguments.text("a"))
                .withMessage("the argument \"a\" is not a text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> arguments.requireKnown(Set.of("b")))
                .withMessageContaining("does not know the argument \"a\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}x",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":01}",
                "{\"a\":1.5}",
                "{\"a\":12345678901234567890}",
                "{\"a\":[1]}",
                "{\"a\":{}}",
                "{\"a\":\"x}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":tru}",
                "{\"a\":\"\t\"}"
            })
    void whatIsNoObjectIsRefusedWithThePlace(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse(text))
                .withMessageMatching("(?s)the arguments are no JSON object: .* at character \\d+; .*");
    }

    @Test
    void whatJsonWritesIsReadBack() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            Map<String, Object> members = new LinkedHashMap<>();
            for (int j = random.nextInt(5); j > 0; j--) {
                members.put("m" + j, value(random));
            }

            Arguments read = Arguments.parse(Json.of(members));

            members.forEach((name, value) -> {
                if (value instanceof Long number) {
                    assertThat(read.number(name)).contains(number);
                } else if (value instanceof Boolean flag) {
                    assertThat(read.flag(name)).isEqualTo(flag);
                } else {
                    assertThat(read.text(name)).contains(value.toString());
                }
            });
        }
    }

    @Test
    void anyTextIsReadOrRefused() {
        Random random = new Random(8);
        String letters = "{}[]\":,\\ unltrefase019-\n\u0000é";
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder("{");
            for (int j = random.nextInt(12); j > 0; j--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                Arguments.parse(text.toString());
                read++;
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageStartingWith("the arguments are no JSON object: ");
            }
        }
        assertThat(read).isPositive();
    }

    /** Letters that {@link Json} does not make visible in another form. */
    private static Object value(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextLong() >> 8;
            case 1 -> random.nextBoolean();
            default ->
                random.ints(random.nextInt(9), 'A', '~')
                        .filter(c -> c != '\\')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
        };
    }
}
