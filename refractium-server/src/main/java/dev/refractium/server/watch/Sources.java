package dev.refractium.server.watch;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server reads.
 *
 * @param config its configuration, by the path that it was named by: what a link leads to may change
 * @param plugins the directory of its plugins
 */
public record Sources(Optional<Path> config, Optional<Path> plugins) {
    /** The JARs that are there now, by name. */
    List<Path> jars() {
        List<Path> jars = new ArrayList<>();
        if (plugins.isPresent()) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(plugins.get(), "[!.]*.jar")) {
                entries.forEach(jars::add);
            } catch (IOException | DirectoryIteratorException e) {
                // No directory has no JARs.
                return List.of();
            }
        }
        jars.sort(null);
        return jars;
    }

    /** Directories in which something happens when one of the files changes; as good as can be told from here. */
    Set<Path> directories() {
        Set<Path> directories = new LinkedHashSet<>();
        config.ifPresent(file -> addParents(file, directories));
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
            // Not there just now.
        }
    }
}
