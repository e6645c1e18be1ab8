package dev.refractium.server.reload;

import dev.refractium.server.config.MapFile;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.generation.MapSource;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the maps that routes go by, each once for an attribute, and judges their owners. One use, one thread. */
final class MapFiles implements MapSource {
    private final Path directory;
    private final Set<Path> trusted;
    private final Problems problems;
    private final Map<Use, Optional<MapFile.Parsed>> read = new HashMap<>();

    /**
     * @param directory where relative paths start
     * @param trusted directories in which others may write
     * @param problems where to add what is wrong
     */
    MapFiles(Path directory, Set<Path> trusted, Problems problems) {
        this.directory = directory;
        this.trusted = trusted;
        this.problems = problems;
    }

    private record Use(Path file, String attribute) {}

    @Override
    public Optional<MapFile.Parsed> read(Path file, String attribute, Problem named) {
        return read.computeIfAbsent(new Use(file, attribute), use -> {
            try {
                return judged(directory.resolve(file), attribute, named);
            } catch (IOException e) {
                return refused(named, "cannot read the map: " + Escape.text(FileFailure.of(e)));
            }
        });
    }

    private Optional<MapFile.Parsed> judged(Path file, String attribute, Problem named) throws IOException {
        JudgedFile judged = JudgedFile.read(file, trusted, MapFile.LARGEST);
        if (judged.planted().isPresent()) {
            return refused(
                    named,
                    Escape.text(file.toString()) + " cannot be trusted: "
                            + judged.planted().get());
        }
        MapFile.Parsed parsed = MapFile.parse(file, attribute, judged.bytes());
        problems.addAll(parsed.problems());
        return parsed.problems().isEmpty() ? Optional.of(parsed) : Optional.empty();
    }

    private Optional<MapFile.Parsed> refused(Problem named, String why) {
        problems.add(new Problem(named.where(), named.key(), why + "; mend the file, or name another one"));
        return Optional.empty();
    }
}
