package dev.refractium.server.cli;

import java.nio.file.Path;
import java.util.Optional;

/** The tree that the launcher script lies in; it tells by a system property. */
final class Installation {
    private static final String HOME = "refractium.home";

    private Installation() {}

    /** Its top directory; empty if this runs from anywhere else. */
    static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty(HOME)).map(Path::of);
    }

    /** The plugins that came with it; empty if this runs from anywhere else. */
    static Optional<Path> plugins() {
        return home().map(home -> home.resolve("plugins"));
    }
}
