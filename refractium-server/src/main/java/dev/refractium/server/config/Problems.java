package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.List;
import org.tomlj.TomlPosition;

/** Collects what is wrong with one file. One thread. */
final class Problems {
    /** More problems than this are counted, not told: nobody reads them, and a file can have half a million. */
    static final int MOST = 100;

    private static final int LONGEST_PATH = 4096;

    private final String file;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private int found;

    Problems(String file) {
        this.file = Escape.text(file, LONGEST_PATH);
    }

    /** {@code file:line:column}. */
    String place(TomlPosition position) {
        return file + ":" + position.line() + ":" + position.column();
    }

    /** A mistake in the TOML itself. */
    void addSyntax(TomlPosition position, String message) {
        add(new Problem(place(position), "syntax", message));
    }

    void add(TomlPosition position, String key, String message) {
        add(new Problem(place(position), key, message));
    }

    /** A problem with the file as such. */
    void addForFile(String message) {
        add(new Problem(file, "file", message));
    }

    void add(Problem problem) {
        found++;
        if (problems.size() < MOST) {
            problems.add(problem);
        }
    }

    /** Adds what is taken as it is, and should be written in another way. */
    void warn(TomlPosition position, String key, String message) {
        if (warnings.size() < MOST) {
            warnings.add(new Problem(place(position), key, message));
        }
    }

    /** The warnings, in the order of the file; {@link #MOST} at most. */
    List<Problem> warnings() {
        return warnings.stream().sorted(Problem.IN_FILE_ORDER).toList();
    }

    /** How many problems there are so far. */
    int found() {
        return found;
    }

    /** All of them, in the order of the file; what is beyond {@link #MOST} as a number. */
    List<Problem> all() {
        List<Problem> sorted = new ArrayList<>(problems);
        sorted.sort(Problem.IN_FILE_ORDER);
        if (found > MOST) {
            sorted.add(new Problem(file, "file", "has " + (found - MOST) + " more problems; mend these first"));
        }
        return List.copyOf(sorted);
    }
}
