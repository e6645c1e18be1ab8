package dev.refractium.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Directories of the server.
 *
 * @param plugins where its JARs are, absolute; empty: the installation's own
 * @param state what outlives the process is kept there: {@link #AUTO}, {@link #OFF}, or an absolute path
 */
public record Directories(
        @Key("plugins_dir") Optional<Path> plugins,
        @Key(value = "state_dir", initial = AUTO) String state) {
    /** A directory in the usual place. */
    public static final String AUTO = "auto";

    /** Nothing is kept. */
    public static final String OFF = "off";

    private static final Keys<Directories> KEYS = new Keys<>(Directories.class);

    /** @throws InvalidValueException naming the key whose value is refused */
    public Directories {
        KEYS.check(plugins, state);
        if (plugins.isPresent() && !plugins.get().isAbsolute()) {
            throw new InvalidValueException("plugins_dir", "is not an absolute path");
        }
        if (isPath(state) && !Path.of(state).isAbsolute()) {
            throw new InvalidValueException("state_dir", "is neither \"auto\" nor \"off\" nor an absolute path");
        }
    }

    /** Returns whether a value of {@code state_dir} is a path. */
    static boolean isPath(String state) {
        return !state.equals(AUTO) && !state.equals(OFF);
    }
}
