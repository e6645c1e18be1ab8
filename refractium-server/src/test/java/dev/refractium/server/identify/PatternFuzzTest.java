package dev.refractium.server.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.PatternConfig;
import dev.refractium.server.config.PlacedPattern;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.testkit.Promises;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** An input is what stands between the brackets of {@code patterns}, a NUL, and the first bytes of a session. */
class PatternFuzzTest {
    @FuzzTest
    void anyPatternsAndBytesAreAnswered(byte[] input) {
        int end = indexOfNul(input);
        String array = new String(input, 0, end, StandardCharsets.UTF_8);
        byte[] session = Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length);

        for (RouteConfig route : routes(array)) {
            if (!route.selection().patterns().isEmpty()) {
                answersAsTheDefinition(route.selection().patterns(), session);
            }
        }
    }

    private static void answersAsTheDefinition(List<PatternConfig> patterns, byte[] session) {
        PatternProtocol protocol = new PatternProtocol(
                "magic", patterns.stream().map(PatternFuzzTest::compiled).toList(), EnumSet.allOf(Transport.class));
        Verdict expected = patterns.stream().anyMatch(pattern -> fits(pattern, session, false))
                ? Verdict.MATCH
                : patterns.stream().anyMatch(pattern -> fits(pattern, session, true))
                        ? Verdict.NEED_MORE
                        : Verdict.NO_MATCH;

        Identification datagram = new Promises(protocol).answer(Transport.UDP, session);
        Identification stream = new Promises(protocol).answer(Transport.TCP, session);

        assertThat(datagram.verdict()).isEqualTo(expected);
        assertThat(stream.verdict()).isEqualTo(expected);
    }

    /** By the definition, with none of the code that compiles and compares. */
    private static boolean fits(PatternConfig pattern, byte[] session, boolean soFar) {
        if (pattern instanceof PlacedPattern placed) {
            return fits(placed, session, soFar);
        }
        byte[] bytes = pattern.toBytes();
        for (int start = 0; start + bytes.length <= pattern.end(); start++) {
            int there = Math.min(bytes.length, session.length - start);
            boolean enough = soFar ? there < bytes.length : there == bytes.length;
            if (enough && (there <= 0 || Arrays.equals(session, start, start + there, bytes, 0, there))) {
                return true;
            }
        }
        return false;
    }

    /** By the digits as they are written. */
    private static boolean fits(PlacedPattern pattern, byte[] session, boolean soFar) {
        for (int digit = 0; digit < pattern.hex().length(); digit++) {
            int at = pattern.offset() + digit / 2;
            if (at >= session.length) {
                return soFar;
            }
            int there = digit % 2 == 0 ? session[at] >> 4 : session[at];
            int difference = there ^ Character.digit(pattern.hex().charAt(digit), 16);
            if ((difference & Character.digit(pattern.mask().charAt(digit), 16)) != 0) {
                return false;
            }
        }
        return true;
    }

    private static List<RouteConfig> routes(String array) {
        String toml = "[[protocols]]\nname = \"magic\"\nforward_to = \"127.0.0.1:1\"\npatterns = [" + array + "]\n";
        return ConfigReader.parse(toml, "t", Path.of("/")).config().routes();
    }

    private static PatternProtocol.Pattern compiled(PatternConfig pattern) {
        return pattern instanceof PlacedPattern placed
                ? new PatternProtocol.Placed(placed.offset(), placed.toBytes(), placed.toMask())
                : new PatternProtocol.Needle(pattern.toBytes(), pattern.end());
    }

    private static int indexOfNul(byte[] input) {
        int at = 0;
        while (at < input.length && input[at] != 0) {
            at++;
        }
        return at;
    }
}
