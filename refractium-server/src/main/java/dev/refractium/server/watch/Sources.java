package dev.refractium.server.watch;

import dev.refractium.server.text.FilePattern;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files that a server reads.
 *
 * @param config the path by which its configuration was named: a link may come to lead elsewhere
 * @param plugins the directory of its plugins
 * @param included other files that the configuration names
 * @param patterns files that it includes as parts of itself
 */
public record Sources(Optional<Path> config, Optional<Path> plugins, Set<Path> included, Set<FilePattern> patterns) {
    public Sources {
        patterns = Set.copyOf(patterns);
        included = Collections.unmodifiableSet(new TreeSet<>(included));
    }

    /** Creates sources without included files. */
    public Sources(Optional<Path> config, Optional<Path> plugins) {
        this(config, plugins, Set.of(), Set.of());
    }

    /** Returns these sources and the files that {@code named} has in addition. */
    public Sources with(Sources named) {
        Set<Path> files = new TreeSet<>(included);
        files.addAll(named.included);
        Set<FilePattern> parts = new HashSet<>(patterns);
        parts.addAll(named.patterns);
        return new Sources(config, plugins, files, parts);
    }

    /** Returns the files that are parts of the configuration now, without the main one. */
    Set<Path> parts() {
        Set<Path> parts = new TreeSet<>();
        for (FilePattern pattern : patterns) {
            try {
                parts.addAll(pattern.files());
            } catch (IOException e) {
                // A missing directory has no files.
            }
        }
        return parts;
    }

    /** Returns the current JARs, by name. */
    List<Path> jars() {
        List<Path> jars = new ArrayList<>();
        if (plugins.isPresent()) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(plugins.get(), "[!.]*.jar")) {
                entries.forEach(jars::add);
            } catch (IOException | DirectoryIteratorException e) {
                // A missing directory has no JARs.
                return List.of();
            }
        }
        jars.sort(null);
        return jars;
    }

    /** Returns the directories in which events show that one of the files has changed, as far as they are known. */
    Set<Path> directories() {
        Set<Path> directories = new LinkedHashSet<>();
        config.ifPresent(file -> addParents(file, directories));
        included.forEach(file -> addParents(file, directories));
        patterns.forEach(pattern -> directories.add(pattern.directory()));
        parts().forEach(file -> addParents(file, directories));
        plugins.ifPresent(directory -> {
            directories.add(directory);
            addParents(directory, directories);
        });
        return directories;
    }

    private static void addParents(Path path, Set<Path> directories) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            directories.add(parent);
        }
        try {
            Path real = path.toRealPath().getParent();
            if (real != null) {
                directories.add(real);
            }
        } catch (IOException e) {
            // Currently missing.
        }
    }
}
