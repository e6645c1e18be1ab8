package dev.refractium.server.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Replaces a file as careful programs do: the new one is written beside it and moved over it. */
public final class Replaced {
    private Replaced() {}

    /** Replaces a file by this text. */
    public static void with(Path file, CharSequence text) throws IOException {
        by(file, Files.writeString(file.resolveSibling("next"), text));
    }

    /** Replaces a file by another one. */
    public static void by(Path file, Path next) throws IOException {
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
