package dev.refractium.server.control;

import dev.refractium.api.Units;
import java.time.Duration;
import java.util.Locale;

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

    /** Returns the request as it is sent: the name comes last, since it may contain spaces. */
    String line() {
        return "close " + after.toMillis() + " " + word(what) + " " + name;
    }

    /**
     * Parses the text after the word {@code close}.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static CloseRequest parse(String words) {
        String[] parts = words.split(" ", 3);
        for (What what : What.values()) {
            if (parts.length == 3 && parts[0].matches("\\d{1,9}") && parts[1].equals(word(what))) {
                return new CloseRequest(what, parts[2], Duration.ofMillis(Long.parseLong(parts[0])));
            }
        }
        throw new IllegalArgumentException("say: close MILLISECONDS session|route|generation NAME");
    }

    private static String word(What what) {
        return what.name().toLowerCase(Locale.ROOT);
    }
}
