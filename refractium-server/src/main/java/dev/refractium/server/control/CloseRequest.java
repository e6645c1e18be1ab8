package dev.refractium.server.control;

import dev.refractium.api.Units;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Words;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which sessions to end, and when.
 *
 * @param what the kind of thing that {@code name} names
 * @param name a session's id, a route as the status names it, or a generation's number
 * @param after how long they may continue; zero: not at all
 */
public record CloseRequest(What what, String name, Duration after) {
    /** The longest delay that is accepted. */
    public static final Duration MOST = Duration.ofDays(7);

    private static final String AFTER = "after_ms";
    private static final String WHAT = "what";
    private static final String NAME = "name";

    /** The kinds of things whose sessions can be ended. */
    public enum What {
        SESSION,
        ROUTE,
        GENERATION
    }

    /** @throws IllegalArgumentException with what is wrong */
    public CloseRequest {
        if (name.isBlank() || name.lines().count() != 1) {
            throw new IllegalArgumentException("nothing is named; say which " + word(what));
        }
        if (after.isNegative() || after.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "after " + Units.format(after) + " is out of range; use 0s to " + Units.format(MOST));
        }
    }

    /** Returns the request as it is sent. */
    String line() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put(AFTER, after.toMillis());
        arguments.put(WHAT, what);
        arguments.put(NAME, name);
        return "close " + Json.of(arguments);
    }

    /**
     * Reads what follows the word {@code close}.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static CloseRequest parse(String text) {
        Arguments arguments = Arguments.parse(text).requireKnown(Set.of(AFTER, WHAT, NAME));
        String said = arguments.text(WHAT).orElse("");
        What what = Stream.of(What.values())
                .filter(each -> word(each).equals(said))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no " + Escape.quoted(said) + " to close; there are session, route, generation"));
        return new CloseRequest(
                what,
                arguments.text(NAME).orElse(""),
                Duration.ofMillis(arguments.number(AFTER).orElse(0L)));
    }

    private static String word(What what) {
        return Words.of(what);
    }
}
