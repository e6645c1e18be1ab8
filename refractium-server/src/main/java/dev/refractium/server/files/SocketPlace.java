package dev.refractium.server.files;

import dev.refractium.server.text.Addresses;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A path that a configuration names for a Unix socket of this server, a listener's or the control socket. Any thread. */
public final class SocketPlace {
    private static final Logger log = LoggerFactory.getLogger(SocketPlace.class);

    private SocketPlace() {}

    /**
     * Returns why no socket should be listened on at {@code place}, as far as that shows without trying: the directory is
     * missing, other users may replace the socket there, or a name is too long.
     *
     * @param trusted directories whose content is accepted as it is; directories above them are judged
     */
    public static Optional<String> reasonAgainst(Path place, Set<Path> trusted) {
        Path directory = Objects.requireNonNullElse(place.toAbsolutePath().getParent(), place);
        if (!Files.isDirectory(directory)) {
            return Optional.of("is in a directory that does not exist; create " + directory);
        }
        return reasonAgainstLength(place)
                .or(() -> reasonAgainstLengthOf(directory))
                .or(() -> reasonAgainstOthers(directory, trusted));
    }

    /** Returns whether files there have modes and owners, as POSIX has them. */
    static boolean hasModes(Path place) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /**
     * Checks that programs can name the socket.
     *
     * @throws FileSystemException if its path is too long
     */
    static void requireLength(Path place) throws FileSystemException {
        Optional<String> reason = reasonAgainstLength(place);
        if (reason.isPresent()) {
            throw new FileSystemException(place.toString(), null, reason.get());
        }
    }

    /** Returns whether this machine has a user of this name or number. */
    public static boolean isUser(Path place, String name) {
        return exists(place, service -> service.lookupPrincipalByName(name));
    }

    /** Returns whether this machine has a group of this name or number. */
    public static boolean isGroup(Path place, String name) {
        return exists(place, service -> service.lookupPrincipalByGroupName(name));
    }

    private static Optional<String> reasonAgainstLength(Path place) {
        int length = bytes(place);
        return length > Addresses.LONGEST_UNIX_PATH
                ? Optional.of("has " + length + " bytes with its directory, and a socket's path "
                        + Addresses.LONGEST_UNIX_PATH + " at most; name a shorter one")
                : Optional.empty();
    }

    private static Optional<String> reasonAgainstLengthOf(Path directory) {
        int length = bytes(directory);
        int most = Addresses.LONGEST_UNIX_PATH - StagedSocket.ADDED;
        return length > most && hasModes(directory)
                ? Optional.of("is in a directory whose name has " + length + " bytes, and " + most
                        + " at most leave room to make a socket there; name a shorter one")
                : Optional.empty();
    }

    private static Optional<String> reasonAgainstOthers(Path directory, Set<Path> trusted) {
        try {
            return Provenance.ofSocketDirectory(directory, trusted)
                    .reason()
                    .map(why -> why + "; or start with --trust-dir DIR if its other writers are trusted");
        } catch (IOException e) {
            return Optional.of("is in a directory that cannot be judged: " + FileFailure.of(e));
        }
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private interface Search {
        Object in(UserPrincipalLookupService service) throws IOException;
    }

    private static boolean exists(Path place, Search search) {
        try {
            search.in(place.getFileSystem().getUserPrincipalLookupService());
            return true;
        } catch (UserPrincipalNotFoundException e) {
            return false;
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("users not known", e);
            return true;
        }
    }
}
