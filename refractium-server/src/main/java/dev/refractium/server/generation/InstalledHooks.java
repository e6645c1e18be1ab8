package dev.refractium.server.generation;

import dev.refractium.api.Hook;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The hooks that routes may name.
 *
 * @param byName by the names that they call themselves
 * @param directory where plugins are installed, which bring further ones; empty if there are no plugins
 */
record InstalledHooks(Map<String, Hook> byName, Optional<Path> directory) {
    InstalledHooks {
        byName = Map.copyOf(byName);
    }
}
