package dev.refractium.server.files;

import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory where other programs of the same user find its servers: {@code $RUNTIME_DIRECTORY}, else {@code
 * $XDG_RUNTIME_DIR/refractium}, else {@code refractium-UID} in the temporary directory, which only that user may enter.
 * Any thread.
 */
public final class SocketDirectory {
    private static final Logger log = LoggerFactory.getLogger(SocketDirectory.class);

    private SocketDirectory() {}

    /**
     * Returns the first of these places that can be trusted; creates it if it is missing. A place from the environment
     * that cannot be trusted is skipped with a warning.
     *
     * @throws IOException if the last of them cannot be trusted either
     */
    public static Path make(Map<String, String> environment) throws IOException {
        return make(environment, Path.of(System.getProperty("java.io.tmpdir")));
    }

    static Path make(Map<String, String> environment, Path temporary) throws IOException {
        for (StatePlace place : StatePlace.offered(environment)) {
            try {
                return place.prepare();
            } catch (IOException e) {
                log.warn(
                        "control directory passed over: {}={}: {}", place.variable(), place.value(), FileFailure.of(e));
            }
        }
        Path own = own(temporary);
        try {
            Files.createDirectory(own, StatePlace.privately(own));
        } catch (FileAlreadyExistsException fromAnEarlierRun) {
            // Checked like any other directory.
        }
        requirePrivate(own);
        return own;
    }

    /** Returns those of these places that exist and can be trusted, in this order; creates nothing. */
    public static List<Path> existing(Map<String, String> environment) {
        return existing(environment, Path.of(System.getProperty("java.io.tmpdir")));
    }

    static List<Path> existing(Map<String, String> environment, Path temporary) {
        List<Path> found = new ArrayList<>();
        for (StatePlace place : StatePlace.offered(environment)) {
            try {
                found.add(place.existing());
            } catch (IOException e) {
                log.debug("no control directory: {}={}", place.variable(), place.value(), e);
            }
        }
        try {
            Path own = own(temporary);
            requirePrivate(own);
            found.add(own);
        } catch (IOException e) {
            log.debug("no control directory below {}", temporary, e);
        }
        return found;
    }

    private static Path own(Path temporary) throws IOException {
        return temporary.toRealPath().resolve("refractium-" + Self.uid());
    }

    /** Every user may write to the temporary directory, so somebody else may have taken the name. */
    private static void requirePrivate(Path directory) throws IOException {
        StatePlace.requireOurs(directory);
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            String mode =
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS));
            if (!mode.endsWith("------")) {
                throw new IOException(directory + " is open to others, " + mode + "; chmod 700 " + directory);
            }
        }
    }
}
