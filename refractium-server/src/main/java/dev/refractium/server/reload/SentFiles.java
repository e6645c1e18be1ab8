package dev.refractium.server.reload;

import dev.refractium.server.config.HealthExchange;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the files that health checks send; those that others may change are refused. One use, one thread. */
final class SentFiles {
    private final Path directory;
    private final Set<Path> trusted;
    private final Problems problems;
    private final Map<Path, byte[]> read = new HashMap<>();

    /**
     * @param directory where relative paths start
     * @param trusted directories in which others may write
     * @param problems where to add what is wrong
     */
    SentFiles(Path directory, Set<Path> trusted, Problems problems) {
        this.directory = directory;
        this.trusted = trusted;
        this.problems = problems;
    }

    /**
     * Reads a file.
     *
     * @param file as written
     * @param named what names it, without a message
     */
    void read(Path file, Problem named) {
        failure(file, directory.resolve(file))
                .ifPresent(why -> problems.add(new Problem(
                        named.where(), named.key(), why + "; mend the file, or name another one in send_file")));
    }

    /** Returns what each file has that was read, by its path as written. */
    Map<Path, byte[]> contents() {
        return Map.copyOf(read);
    }

    private Optional<String> failure(Path written, Path file) {
        String shown = Escape.text(file.toString());
        try {
            JudgedFile judged = JudgedFile.read(file, trusted, HealthExchange.MOST_BYTES);
            byte[] bytes = judged.bytes();
            read.put(written, bytes);
            if (bytes.length == 0 || bytes.length > HealthExchange.MOST_BYTES) {
                return Optional.of(shown + " has no byte, or more than " + HealthExchange.MOST_BYTES);
            }
            return judged.planted().map(why -> shown + " cannot be trusted: " + why);
        } catch (IOException e) {
            return Optional.of("cannot read what a health check sends: " + Escape.text(FileFailure.of(e)));
        }
    }
}
