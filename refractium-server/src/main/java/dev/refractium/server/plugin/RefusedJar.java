package dev.refractium.server.plugin;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A JAR that was not loaded, or a whole directory.
 *
 * @param id the JAR's id, as far as it could be read; safe to print
 * @param reason what is wrong and what to do. It may quote the JAR: escape it before it is shown
 * @param leftOut whether nothing is wrong with it except that the operator does not want it
 */
public record RefusedJar(Path file, Optional<String> id, String reason, boolean leftOut) {
    @Override
    public String toString() {
        return file + ": " + reason;
    }
}
