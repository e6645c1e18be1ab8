package dev.refractium.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EscapeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "a b",
                "b\u00fccher.example",
                "\u65e5\u672c",
                "\ud83d\ude00",
                "${jndi:ldap://x}",
                "\"\\'"
            })
    void whatIsPlainlyVisibleStaysAsItIs(String text) {
        assertThat(Escape.text(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, \\x00",
        "9, \\x09",
        "a, \\x0a",
        "d, \\x0d",
        "1b, \\x1b",
        "7f, \\x7f",
        "80, \\x80",
        "9b, \\x9b",
        "a0, \\xa0",
        "ad, \\xad",
        "61c, \\u{61c}",
        "200b, \\u{200b}",
        "200e, \\u{200e}",
        "2028, \\u{2028}",
        "2029, \\u{2029}",
        "202a, \\u{202a}",
        "202e, \\u{202e}",
        "2066, \\u{2066}",
        "2069, \\u{2069}",
        "3000, \\u{3000}",
        "d800, \\u{d800}",
        "dfff, \\u{dfff}",
        "e000, \\u{e000}",
        "feff, \\u{feff}",
        "ffff, \\u{ffff}",
        "e0041, \\u{e0041}",
        "10ffff, \\u{10ffff}"
    })
    void whatCouldDisguiseOrCommandIsShownAsItsNumber(String hex, String shown) {
        String foreign = "a" + Character.toString(Integer.parseInt(hex, 16)) + "b";

        assertThat(Escape.text(foreign)).isEqualTo("a" + shown + "b");
    }

    @Test
    void lineCannotBeForged() {
        assertThat(Escape.text("x\r\n2026-01-01 INFO all is well")).isEqualTo("x\\x0d\\x0a2026-01-01 INFO all is well");
    }

    @Test
    void endOfAQuotedStringCannotBeForged() {
        assertThat(Escape.quoted("a\" ok=\"b\\")).isEqualTo("\"a\\\" ok=\\\"b\\\\\"");
    }

    @Test
    void overlongStringIsCutAndTheRestCounted() {
        assertThat(Escape.text("x".repeat(1000))).isEqualTo("x".repeat(256) + "...(744 more)");
        assertThat(Escape.text("x".repeat(256))).isEqualTo("x".repeat(256));
        assertThat(Escape.text("\ud83d\ude00\ud83d\ude00\ud83d\ude00", 2))
                .isEqualTo("\ud83d\ude00\ud83d\ude00...(1 more)");
    }

    /** No control character of a stranger reaches a log, whatever the name. */
    @Test
    void noInvisibleCharacterIsLeft() {
        Random random = new Random(39);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder foreign = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                foreign.append((char) random.nextInt(random.nextBoolean() ? 0x300 : 0x10000));
            }

            assertThat(Escape.quoted(foreign.toString()))
                    .matches("\"[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}]*\"");
        }
    }

    @Test
    void jsonKeepsItsMeaningAndHidesNothing() {
        String json = "{\"a\\n\":\"\u009b31m \u202e \u00fc \\u0007\"}";

        assertThat(Escape.json(json)).isEqualTo("{\"a\\n\":\"\\u009b31m \\u202e \u00fc \\u0007\"}");
        assertThat(Escape.json("\"\udb40\udc01\"")).isEqualTo("\"\\udb40\\udc01\"");
    }
}
