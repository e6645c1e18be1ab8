package dev.refractium.server.cli;

import java.nio.file.Path;
import java.util.Optional;

/** The tree of the launcher script, which names it by a system property. */
final class Installation {
    private static final String HOME = "refractium.home";

    private Installation() {}

    /** Returns its top directory; empty if this runs from anywhere else. */
    static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty(HOME)).map(Path::of);
    }

    /** Returns the plugins that come with it; empty if this runs from anywhere else. */
    static Optional<Path> plugins() {
        return home().map(home -> home.resolve("plugins"));
    }
}
