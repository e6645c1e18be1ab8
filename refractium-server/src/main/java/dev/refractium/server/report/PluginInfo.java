package dev.refractium.server.report;

import java.util.List;
import java.util.Optional;

/**
 * What became of one JAR of the plugin directory.
 *
 * @param file the JAR's file name
 * @param id empty if the JAR does not tell
 * @param version empty if it was refused
 * @param sha256 of the bytes that run, in lower-case hex; empty if it was refused
 * @param provides the protocols that it brings, with their aliases, and its hooks, marked as such
 * @param refused why it cannot be used; empty if it is in use
 */
public record PluginInfo(
        String file,
        Optional<String> id,
        Optional<String> version,
        Optional<String> sha256,
        List<String> provides,
        Optional<String> refused) {
    public PluginInfo {
        provides = List.copyOf(provides);
    }
}
