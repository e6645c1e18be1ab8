package dev.refractium.server.config;

import java.io.IOException;
import java.nio.file.Path;

/** Reads the files that hold secrets. Any thread. */
public interface SecretFiles {
    /**
     * Returns the text of a file, without its last line feed.
     *
     * @throws IOException if it cannot be read or must not be used; the message does not show its content, and says
     *     what to do
     */
    String read(Path file) throws IOException;
}
