package dev.refractium.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.plugins.parts.protocol.HostName;
import dev.refractium.server.config.ConfigReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The host names that a configuration may ask for, and those that the plugins find in what clients send, are one set, and
 * written in one form; but for hyphens at the ends of a label, which clients send and no standard allows.
 */
class HostNameRulesIT {
    private static final int NAMES = 10_000;
    private static final String CHARACTERS = "aZ09-_...";
    private static final String OTHERS = " ,/@;%\u00e9~";

    private final Random random = new Random(11);

    @Test
    void configurationAndPluginsHaveOneFormOfEveryName() {
        int accepted = 0;
        for (int i = 0; i < NAMES; i++) {
            String text = text();
            Optional<String> asked = configured(text);
            Optional<String> found = Optional.ofNullable(HostName.canonical(text));

            if (!isAscii(text)) {
                assertThat(found).as(text).isEmpty();
            } else if (hasHyphenAtAnEnd(text)) {
                assertThat(asked).as(text).isEmpty();
            } else {
                assertThat(asked).as(text).isEqualTo(found);
            }
            accepted += asked.isPresent() ? 1 : 0;
        }

        assertThat(accepted).isBetween(NAMES / 20, NAMES - NAMES / 20);
    }

    @Test
    void hyphensAtTheEndsOfALabelAreFoundAndCannotBeAskedFor() {
        for (String name : List.of("-a.example", "a-.example", "a.-", "-")) {
            assertThat(HostName.canonical(name)).isEqualTo(name);
            assertThat(configured(name)).isEmpty();
        }
    }

    /** Mostly names, some with a character too many, some with labels and lengths about the limits. */
    private String text() {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(random.nextInt(8) == 0 ? 260 : 12);
        while (text.length() < length) {
            if (random.nextInt(20) == 0) {
                text.append("x".repeat(60 + random.nextInt(6)));
            }
            text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        if (random.nextInt(8) == 0) {
            text.insert(random.nextInt(text.length()), OTHERS.charAt(random.nextInt(OTHERS.length())));
        }
        return text.toString();
    }

    private static boolean hasHyphenAtAnEnd(String text) {
        for (String label : text.split("\\.", -1)) {
            if (label.startsWith("-") || label.endsWith("-")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static Optional<String> configured(String name) {
        ConfigReader.Parsed parsed = ConfigReader.parse("""
                [[protocols]]
                name = "http"
                host = '%s'
                forward_to = "127.0.0.1:1"
                """.formatted(name), "test.toml", Path.of("/"));
        return parsed.problems().isEmpty()
                ? Optional.of(Objects.requireNonNull(parsed.config()
                                .routes()
                                .get(0)
                                .selection()
                                .match()
                                .get("host"))
                        .get(0))
                : Optional.empty();
    }
}
