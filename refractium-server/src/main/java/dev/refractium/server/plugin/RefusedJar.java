package dev.refractium.server.plugin;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A JAR that was not taken, or a whole directory.
 *
 * @param id what the JAR calls itself, as far as that could be read; safe to print
 * @param reason what is wrong and what to do. It may quote the JAR: escape it on its way out
 * @param leftOut nothing is wrong with it: the operator does not want it
 */
public record RefusedJar(Path file, Optional<String> id, String reason, boolean leftOut) {
    @Override
    public String toString() {
        return file + ": " + reason;
    }
}
