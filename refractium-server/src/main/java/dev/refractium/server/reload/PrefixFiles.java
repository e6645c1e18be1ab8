package dev.refractium.server.reload;

import dev.refractium.server.config.PrefixFile;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.files.Provenance;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import dev.refractium.server.text.Networks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the files of prefixes that a configuration names, each once, and judges their owners. One use, one thread. */
final class PrefixFiles {
    private static final Logger log = LoggerFactory.getLogger(PrefixFiles.class);

    /** How often a file may be replaced while it is read. */
    private static final int ATTEMPTS = 5;

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
        String shown = Escape.text(file.toString());
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                Provenance provenance = Provenance.ofConfiguration(file, trusted);
                PrefixFile.Parsed parsed = parsed(file);
                if (provenance.isUnchanged()) {
                    provenance
                            .excused()
                            .ifPresent(path ->
                                    log.warn("prefixes trusted though others may write file={} path={}", file, path));
                    problems.addAll(parsed.problems());
                    read.put(written, parsed.networks());
                    return provenance.reason().map(why -> shown + " cannot be trusted: " + why);
                }
            }
            return Optional.of(shown + " was replaced " + ATTEMPTS + " times while it was read");
        } catch (IOException e) {
            return Optional.of("cannot read the prefixes: " + Escape.text(FileFailure.of(e)));
        }
    }

    private static PrefixFile.Parsed parsed(Path file) throws IOException {
        // A pipe would wait for a writer.
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return PrefixFile.parse(file, in.readNBytes(PrefixFile.LARGEST + 1));
        }
    }
}
