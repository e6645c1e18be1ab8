package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.tomlj.TomlPosition;

/** Collects the problems of a configuration: those of one file, or those that several checks find. One thread. */
public final class Problems {
    /** More problems of a file than this are counted and not reported: a file can have half a million. */
    static final int MOST = 100;

    private static final int LONGEST_PATH = 4096;

    private final String file;
    private final int most;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private int found;
    private int warned;
    private Variables variables = new Variables(Map.of());

    /** Collects problems of any source. */
    public Problems() {
        this.file = "";
        this.most = Integer.MAX_VALUE;
    }

    /** Collects the problems of one file. */
    Problems(String file) {
        this.file = Escape.text(file, LONGEST_PATH);
        this.most = MOST;
    }

    /** Hides the values of these variables in what is returned from now on. */
    public void hide(Variables variables) {
        this.variables = variables;
    }

    /** Returns an empty collector for the same file. */
    Problems again() {
        return new Problems(file, most);
    }

    private Problems(String file, int most) {
        this.file = file;
        this.most = most;
    }

    /** Returns the file's name in messages. */
    String file() {
        return file;
    }

    /** {@code file:line:column}. */
    String place(TomlPosition position) {
        return file + ":" + position.line() + ":" + position.column();
    }

    /** Adds a syntax error of TOML. */
    void addSyntax(TomlPosition position, String message) {
        add(new Problem(place(position), "syntax", message));
    }

    void add(TomlPosition position, String key, String message) {
        add(new Problem(place(position), key, message));
    }

    /** Adds a problem with the file as a whole. */
    void addForFile(String message) {
        add(new Problem(file, Problem.FILE, message));
    }

    /** Adds a problem; equal problems are reported once. */
    public void add(Problem problem) {
        found++;
        if (problems.size() < most) {
            problems.add(problem);
        }
    }

    /** Adds problems. */
    public void addAll(Collection<Problem> some) {
        some.forEach(this::add);
    }

    /** Returns whether there is no problem so far. */
    public boolean isEmpty() {
        return found == 0;
    }

    /** Adds a warning of what is accepted, but should be written differently. */
    void warn(TomlPosition position, String key, String message) {
        warned++;
        if (warnings.size() < MOST) {
            warnings.add(new Problem(place(position), key, message));
        }
    }

    /** Returns the warnings, in the order of the file; {@link #MOST} at most. */
    List<Problem> warnings() {
        return variables.hidden(warnings.stream().sorted(Problem.IN_FILE_ORDER).toList());
    }

    /** Returns how many problems and warnings have been added so far. */
    int reported() {
        return found + warned;
    }

    /** Returns how many problems have been added so far. */
    public int found() {
        return found;
    }

    /**
     * Returns all problems, each once, in the order of the file; of one file, only the number of those beyond {@link
     * #MOST}.
     */
    public List<Problem> all() {
        List<Problem> sorted = variables.hidden(
                problems.stream().distinct().sorted(Problem.IN_FILE_ORDER).toList());
        if (found > most) {
            sorted.add(new Problem(file, Problem.FILE, "has " + (found - most) + " more problems; mend these first"));
        }
        return List.copyOf(sorted);
    }

    /** Throws if there is a problem. */
    public void refuse() throws ConfigException {
        if (!isEmpty()) {
            throw new ConfigException(all());
        }
    }
}
