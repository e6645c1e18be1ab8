package dev.refractium.server.reload;

import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.Include;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.Size;
import dev.refractium.server.files.Provenance;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import dev.refractium.server.text.FilePattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the files that a configuration includes, each once, and judges their owners. One use, one thread. */
final class IncludedFiles {
    /** The most files. */
    private static final int MOST = 1_000;

    /** The most bytes of all of them. */
    private static final int MOST_BYTES = ConfigReader.LARGEST;

    private final Optional<Path> main;
    private final Path directory;
    private final Set<Path> trusted;
    private final ConfigReader.Reading reading;
    private final Problems problems;
    private final Map<Path, byte[]> read = new LinkedHashMap<>();
    private final List<ConfigReader.Parsed> parsed = new ArrayList<>();
    private int room = MOST_BYTES;
    private boolean whole = true;

    /**
     * @param main the main file, which may not include itself
     * @param directory where relative paths of the files start
     * @param trusted directories in which others may write
     * @param reading the reading that they are part of
     * @param problems where to add what is wrong with the files as such
     */
    IncludedFiles(
            Optional<Path> main, Path directory, Set<Path> trusted, ConfigReader.Reading reading, Problems problems) {
        this.main = main;
        this.directory = directory;
        this.trusted = trusted;
        this.reading = reading;
        this.problems = problems;
    }

    /** Reads the files of a pattern, but for those that have been read. */
    void read(Include include) {
        for (Path file : files(include)) {
            if (!read.containsKey(file) && !isRoomAfter(include, file)) {
                return;
            }
        }
    }

    private List<Path> files(Include include) {
        FilePattern files = include.files();
        try {
            if (files.hasWildcard()) {
                // Who may write the directory adds a file to the configuration.
                refuse(
                        include,
                        files.directory(),
                        Provenance.ofConfiguration(files.directory(), trusted).reason());
            }
            return files.files();
        } catch (IOException e) {
            report(include, e);
            return List.of();
        }
    }

    /** Returns what the files hold. */
    List<ConfigReader.Parsed> parsed() {
        return parsed;
    }

    /** Returns whether every file could be read and is to be obeyed. */
    boolean isWhole() {
        return whole;
    }

    /** Returns the bytes of each file that was read. */
    Map<Path, byte[]> contents() {
        return read;
    }

    /** Reads a file; returns whether there is room for more. */
    private boolean isRoomAfter(Include include, Path file) {
        if (read.size() == MOST) {
            report(include, "includes more than " + MOST + " files; put their tables together");
            return false;
        }
        try {
            if (main.isPresent() && Files.isSameFile(main.get(), file)) {
                report(include, "includes the main file itself; keep the others in a directory of their own");
            } else {
                read(include, file, JudgedFile.read(file, trusted, room));
            }
        } catch (IOException e) {
            report(include, e);
        }
        return room >= 0;
    }

    private void read(Include include, Path file, JudgedFile judged) {
        read.put(file, judged.bytes());
        room -= judged.bytes().length;
        refuse(include, file, judged.planted());
        if (room < 0) {
            report(include, "includes more than " + new Size(MOST_BYTES) + "; include fewer files");
        } else if (judged.planted().isEmpty()) {
            parsed.add(ConfigReader.parseIncluded(judged.bytes(), file.toString(), directory, reading));
        }
    }

    private void refuse(Include include, Path path, Optional<String> planted) {
        planted.ifPresent(why -> report(
                include,
                Escape.text(path.toString()) + " cannot be trusted: " + why
                        + "; or start with --trust-dir DIR if its other writers are trusted"));
    }

    private void report(Include include, IOException failure) {
        report(include, "cannot read what is included: " + Escape.text(FileFailure.of(failure)));
    }

    private void report(Include include, String message) {
        whole = false;
        problems.add(new Problem(include.named().where(), include.named().key(), message));
    }
}
