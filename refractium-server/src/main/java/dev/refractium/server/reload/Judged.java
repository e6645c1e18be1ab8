package dev.refractium.server.reload;

import dev.refractium.server.files.Provenance;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What was read of a file, with the judgement of that very file.
 *
 * @param content what was read
 * @param provenance who else could have changed the file
 */
record Judged<T>(T content, Provenance provenance) {
    /** How often a file may be replaced while it is read. */
    private static final int ATTEMPTS = 5;

    /** A step that reads a file or its attributes. */
    interface Step<T> {
        T run() throws IOException;
    }

    /**
     * Judges a file and reads it, until it is the same file at both times.
     *
     * @throws IOException if a step fails, or the file is replaced all the time
     */
    static <T> Judged<T> read(Path file, Step<Provenance> judging, Step<T> reading) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Provenance provenance = judging.run();
            T content = reading.run();
            if (provenance.isUnchanged()) {
                return new Judged<>(content, provenance);
            }
        }
        throw new IOException(file + " was replaced " + ATTEMPTS + " times while it was read");
    }
}
