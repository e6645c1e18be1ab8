package dev.refractium.server.config;

import java.util.Comparator;
import java.util.Optional;
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
    /** The key of a problem with a file as a whole, which has no line. */
    static final String FILE = "file";

    /** By file, line and column; problems that no file has come last. */
    public static final Comparator<Problem> IN_FILE_ORDER =
            Comparator.comparing((Problem problem) -> Place.of(problem.where));

    /** Returns the file that has the problem; empty if a flag or a program has it. */
    public Optional<String> file() {
        Place place = Place.of(where);
        return place.elsewhere && !key.equals(FILE) ? Optional.empty() : Optional.of(place.file);
    }

    /** Returns the line, from 1; empty if the problem is not in a line of a file. */
    public Optional<Integer> line() {
        return Optional.of(Place.of(where)).filter(place -> !place.elsewhere).map(Place::line);
    }

    /** Returns the column, from 1; empty if the problem is not in a line of a file. */
    public Optional<Integer> column() {
        return Optional.of(Place.of(where)).filter(place -> !place.elsewhere).map(Place::column);
    }

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
