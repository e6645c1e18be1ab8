package dev.refractium.server.generation;

import dev.refractium.server.text.Escape;
import java.nio.file.Path;
import java.util.Optional;

/** The advice to install the plugin of a protocol or hook that is not there. */
final class InstallHint {
    private InstallHint() {}

    /**
     * Returns the end of a message, such as "; put its JAR into /opt/plugins".
     *
     * @param directory where plugins are installed; empty if there are no plugins, and no advice
     */
    static String of(Optional<Path> directory) {
        return directory
                .map(plugins -> "; put its JAR into " + Escape.text(plugins.toString()))
                .orElse("");
    }
}
