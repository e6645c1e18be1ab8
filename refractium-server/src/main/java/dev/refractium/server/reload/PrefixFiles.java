package dev.refractium.server.reload;

import dev.refractium.server.config.PrefixFile;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import dev.refractium.server.text.Networks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the files of prefixes that a configuration names, each once, and judges their owners. One use, one thread. */
final class PrefixFiles {
    private final Path directory;
    private final Set<Path> trusted;
    private final Problems problems;
    private final Map<Path, Networks> read = new HashMap<>();

    /**
     * @param directory where relative paths start
     * @param trusted directories in which others may write
     * @param problems where to add what is wrong
     */
    PrefixFiles(Path directory, Set<Path> trusted, Problems problems) {
        this.directory = directory;
        this.trusted = trusted;
        this.problems = problems;
    }

    /**
     * Reads a file, unless that has been done.
     *
     * @param file as written
     * @param named what names it, without a message
     */
    void read(Path file, Problem named) {
        if (!read.containsKey(file)) {
            read.put(file, Networks.NONE);
            Optional<String> failure = failure(file, directory.resolve(file));
            failure.ifPresent(why -> problems.add(
                    new Problem(named.where(), named.key(), why + "; mend the file, or name another one")));
        }
    }

    /** Returns what each file has that was read, by its path as written. */
    Map<Path, Networks> networks() {
        return Map.copyOf(read);
    }

    /** Reads a file; returns why it cannot be read. */
    private Optional<String> failure(Path written, Path file) {
        try {
            JudgedFile judged = JudgedFile.read(file, trusted, PrefixFile.LARGEST);
            PrefixFile.Parsed parsed = PrefixFile.parse(file, judged.bytes());
            problems.addAll(parsed.problems());
            read.put(written, parsed.networks());
            return judged.planted().map(why -> Escape.text(file.toString()) + " cannot be trusted: " + why);
        } catch (IOException e) {
            return Optional.of("cannot read the prefixes: " + Escape.text(FileFailure.of(e)));
        }
    }
}
