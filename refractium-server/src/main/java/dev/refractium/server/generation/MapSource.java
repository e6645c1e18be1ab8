package dev.refractium.server.generation;

import dev.refractium.server.config.MapFile;
import dev.refractium.server.config.Problem;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the maps that routes go by. */
public interface MapSource {
    /** Reads none: every map is missing. */
    MapSource NONE = (file, attribute, named) -> Optional.empty();

    /**
     * Reads a map; blocks.
     *
     * @param file as the configuration has it
     * @param attribute whose values its names are
     * @param named what names it, without a message
     * @return empty if it cannot be used, which has been reported
     */
    Optional<MapFile.Parsed> read(Path file, String attribute, Problem named);
}
