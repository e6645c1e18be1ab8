package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tomlj.TomlPosition;

/** Reads a file of prefixes: one on a line, and comments from "#" to the end of a line. One use, one thread. */
public final class PrefixFile {
    /** How many bytes such a file may have. */
    public static final int LARGEST = 8 << 20;

    /** How many prefixes it may have. */
    static final int MOST = 100_000;

    private final Problems problems;
    private final List<Network> networks = new ArrayList<>();

    private PrefixFile(Path file) {
        this.problems = new Problems(file.toString());
    }

    /**
     * The content of a file.
     *
     * @param networks to be used only if there are no problems
     * @param problems by line
     */
    public record Parsed(Networks networks, List<Problem> problems) {
        public Parsed {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Reads the content of a file. A file that does not end with a line feed may be half written, and one without a
     * prefix may be about to be written: both are problems.
     *
     * @param bytes {@link #LARGEST} at most; one more shows that the file is too large
     */
    public static Parsed parse(Path file, byte[] bytes) {
        PrefixFile reader = new PrefixFile(file);
        if (bytes.length > LARGEST) {
            reader.problems.addForFile("is larger than " + new Size(LARGEST) + "; name a file of prefixes");
        } else {
            reader.read(new String(bytes, StandardCharsets.UTF_8));
        }
        return new Parsed(Networks.of(reader.networks), reader.problems.all());
    }

    private void read(String text) {
        String[] lines = text.split("\n", -1);
        int last = lines.length - 1;
        for (int i = 0; i < last; i++) {
            line(i + 1, lines[i]);
        }
        if (!lines[last].isEmpty()) {
            problem(lines.length, "the last line does not end with a line feed, so that it may be cut short; add one");
        } else if (networks.isEmpty() && problems.isEmpty()) {
            problem(1, "the file has no prefix; write one on a line, or remove the file from the configuration");
        } else if (networks.size() > MOST) {
            problem(1, "the file has " + networks.size() + " prefixes; write " + MOST + " at most");
        }
    }

    private void line(int number, String line) {
        int comment = line.indexOf('#');
        String prefix = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (prefix.isEmpty()) {
            return;
        }
        try {
            networks.add(Network.parse(prefix));
        } catch (IllegalArgumentException e) {
            problem(number, e.getMessage() == null ? Escape.quoted(prefix) + " is not a network" : e.getMessage());
        }
    }

    private void problem(int line, String message) {
        problems.add(TomlPosition.positionAt(line, 1), "prefix", message);
    }
}
