package dev.refractium.server.config;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A problem of a configuration.
 *
 * @param where {@code file:line:column}, or the name of another source, such as a flag
 * @param key the key, such as {@code server.port} or {@code protocols[1].sni}
 * @param message what is wrong, what was found, what to do
 */
public record Problem(String where, String key, String message) {
    /** By file, line and column; problems that no file has come last. */
    public static final Comparator<Problem> IN_FILE_ORDER =
            Comparator.comparing((Problem problem) -> Place.of(problem.where));

    @Override
    public String toString() {
        return where + ": " + key + ": " + message;
    }

    private record Place(boolean elsewhere, String file, int line, int column) implements Comparable<Place> {
        private static final Pattern IN_FILE = Pattern.compile("(?s)(.*):([0-9]{1,9}):([0-9]{1,9})");
        private static final Comparator<Place> ORDER = Comparator.comparing(Place::elsewhere)
                .thenComparing(Place::file)
                .thenComparingInt(Place::line)
                .thenComparingInt(Place::column);

        static Place of(String where) {
            Matcher place = IN_FILE.matcher(where);
            return place.matches()
                    ? new Place(
                            false, place.group(1), Integer.parseInt(place.group(2)), Integer.parseInt(place.group(3)))
                    : new Place(true, where, 0, 0);
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }
}
