package dev.refractium.plugins.parts.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OddNameTest {
    @Test
    void asteriskLettersBeyondAsciiAndLongLabelsAreOdd() {
        for (String text : new String[] {
            "*.example", "a*b", "b\u00fccher.example", "bu\u0308cher.example.", "\u4f8b.test", "x".repeat(64) + ".test"
        }) {
            assertThat(OddName.isOne(utf8(text))).as(text).isTrue();
        }
    }

    /** A character that some server strips, decodes or splits at, so that it may read a host name. */
    @Test
    void whatServersMayReadDifferentlyIsNotOdd() {
        for (String text : new String[] {
            "",
            ".",
            ".a",
            "a..b",
            "*..b",
            "a.test..",
            "a b",
            "a,b",
            "a;b",
            "a/b",
            "a\\b",
            "a@b",
            "a%62",
            "a?b",
            "a#b",
            "a:b",
            "[a]",
            "a\0b",
            "a\tb",
            "a\u007fb",
            "a\"b",
            "\u00fc b",
            "\u00fc\u00a0b",
            "\u00fc\u3000b",
            "\u00fc\u200db",
            "\u00fc\u3002.b"
        }) {
            assertThat(OddName.isOne(utf8(text))).as(text).isFalse();
        }
    }

    @Test
    void lettersThatServersMayFoldToAHostNameAreNotOdd() {
        for (String text :
                new String[] {"\uff41.test", "\u212a.test", "fa\u00df.test", "\u017f.test", "\u0131.test", "\u2100.test"
                }) {
            assertThat(OddName.isOne(utf8(text))).as(text).isFalse();
        }
    }

    @Test
    void bytesThatAreNoUtf8AndLongNamesAreNotOdd() {
        assertThat(OddName.isOne("b\u00fccher.test")).isFalse();
        assertThat(OddName.isOne("*".repeat(HostName.MAX_NAME))).isTrue();
        assertThat(OddName.isOne("*".repeat(HostName.MAX_NAME + 1))).isFalse();
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
