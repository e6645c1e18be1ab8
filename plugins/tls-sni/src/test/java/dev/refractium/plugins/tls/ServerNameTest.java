package dev.refractium.plugins.tls;

import static dev.refractium.plugins.tls.Hello.latin1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.testkit.BytesPeek;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Names of every length and character, compared with a rule that looks at one character after the other. */
class ServerNameTest {
    private static final int NAMES = 20_000;
    private static final String USUAL = "abcxyz0189-...";

    @Test
    void everyCharacterIsJudgedAtEveryPlace() {
        String name = "sub.example-1.test.abc";
        for (int at = 0; at < name.length(); at++) {
            for (int c = 0; c < 256; c++) {
                agrees(name.substring(0, at) + (char) c + name.substring(at + 1));
            }
        }
    }

    @Test
    void labelsAndNamesMayBeSoLongAndNoLonger() {
        for (int length = 1; length < 70; length++) {
            agrees("a".repeat(length));
            agrees("a".repeat(length) + ".b");
            agrees("a." + "b".repeat(length));
            agrees("ab.".repeat(length) + "c");
        }
    }

    @Test
    void randomNamesAreJudgedByTheRule() {
        Random random = new Random(11);
        for (int i = 0; i < NAMES; i++) {
            StringBuilder name = new StringBuilder();
            for (int left = 1 + random.nextInt(30); left > 0; left--) {
                name.append(USUAL.charAt(random.nextInt(USUAL.length())));
            }
            agrees(name.toString());
        }
    }

    private static void agrees(String name) {
        byte[] bytes = latin1("<" + name + ">");

        assertThat(ServerName.canonical(BytesPeek.tcp(bytes), 1, bytes.length - 1))
                .as(name)
                .isEqualTo(rule(name));
    }

    private static @Nullable String rule(String name) {
        String canonical = name.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        return canonical.length() <= 253 && canonical.matches("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*")
                ? canonical
                : null;
    }
}
