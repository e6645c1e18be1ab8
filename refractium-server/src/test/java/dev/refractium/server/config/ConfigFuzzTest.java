package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whatever the text, the reader answers soon, and each problem says in one printable line where it is. */
class ConfigFuzzTest {
    private static final Pattern IN_FILE = Pattern.compile("t:([0-9]+):([0-9]+)");
    private static final Duration SOON = Duration.ofSeconds(5);

    @FuzzTest
    void anyTextIsAnswered(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);

        long start = System.nanoTime();

        ConfigReader.Parsed parsed = parse(text);

        // Again before it is called slow: the first text also loads the classes, which the fuzzer rewrites.
        assertThat(isSoon(start) || isParsedSoon(text)).as("soon").isTrue();
        assertThat(parsed.problems()).isSortedAccordingTo(Problem.IN_FILE_ORDER);
        parsed.problems().forEach(problem -> saysWhere(problem, text.split("\n", -1)));
        assertThat(parsed.problems().isEmpty() ? parsed.config().problems() : List.of())
                .isEmpty();
    }

    private static ConfigReader.Parsed parse(String text) {
        return ConfigReader.parse(text, "t", Path.of("/"));
    }

    private static boolean isParsedSoon(String text) {
        long start = System.nanoTime();
        parse(text);
        return isSoon(start);
    }

    private static boolean isSoon(long start) {
        return System.nanoTime() - start < SOON.toNanos();
    }

    /** A problem with the file as a whole has no line. */
    private static void saysWhere(Problem problem, String[] lines) {
        assertThat(problem.toString()).matches("[^\\p{Cc}\\p{Zl}\\p{Zp}]+");
        Matcher place = IN_FILE.matcher(problem.where());
        if (problem.key().equals("file") && !place.matches()) {
            assertThat(problem.where()).isEqualTo("t");
            return;
        }
        assertThat(place.matches()).as("%s", problem).isTrue();
        int line = Integer.parseInt(place.group(1));
        assertThat(line).as("%s", problem).isBetween(1, lines.length);
        assertThat(Integer.parseInt(place.group(2)))
                .as("%s", problem)
                .isBetween(1, lines[line - 1].codePointCount(0, lines[line - 1].length()) + 1);
    }
}
