package dev.refractium.server.report;

import java.util.List;
import java.util.Optional;

/**
 * A JAR of the plugin directory, or one that only sessions of older generations still use.
 *
 * @param file the JAR's file name
 * @param id empty if the JAR does not have one
 * @param version empty if it was refused
 * @param sha256 of the bytes that run, in lower-case hex; empty if it was refused
 * @param provides its protocols, with their aliases, and its hooks, marked as such
 * @param generations the generations that use it; empty if no server runs
 * @param refused why it cannot be used; empty if it is in use
 */
public record Plugin(
        String file,
        Optional<String> id,
        Optional<String> version,
        Optional<String> sha256,
        List<String> provides,
        List<Long> generations,
        Optional<String> refused) {
    public Plugin {
        provides = List.copyOf(provides);
        generations = List.copyOf(generations);
    }

    /** Returns this plugin with the generations that use it. */
    public Plugin usedBy(List<Long> numbers) {
        return new Plugin(file, id, version, sha256, provides, numbers, refused);
    }
}
