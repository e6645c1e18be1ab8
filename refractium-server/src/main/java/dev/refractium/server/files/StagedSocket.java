package dev.refractium.server.files;

import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a listening Unix socket. It is bound in a directory beside its place that only this user may enter, gets its
 * mode and owner there, and is then moved to its place: no other user can connect before the mode is what was asked for,
 * and the file that is known by its identity is this socket's, whatever others do at its place. Where files have no modes,
 * it is bound in its place at once. One thread at a time.
 */
public final class StagedSocket implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StagedSocket.class);
    private static final String PREFIX = ".r";
    private static final int RANDOM = 36 * 36 * 36 * 36 * 36;
    private static final int ATTEMPTS = 16;

    /** How many bytes the staging directory adds to that of the place, {@code /.rabcde/s}. */
    static final int ADDED = 10;

    private final Path place;

    /** Null where files have no modes. */
    private final @Nullable Path staging;

    private final Path staged;

    /** Null before the socket is bound. */
    private @Nullable Object identity;

    private StagedSocket(Path place, @Nullable Path staging) {
        this.place = place;
        this.staging = staging;
        this.staged = staging == null ? place : staging.resolve("s");
    }

    /**
     * The access to a socket's file.
     *
     * @param mode its nine bits
     * @param owner name or number; empty: this process's user
     * @param group name or number; empty: as the system chooses
     */
    public record Rights(int mode, Optional<String> owner, Optional<String> group) {
        /** For this process's user, and root. */
        public static final Rights PRIVATE = new Rights(0600, Optional.empty(), Optional.empty());

        Set<PosixFilePermission> permissions() {
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            PosixFilePermission[] all = PosixFilePermission.values();
            for (int i = 0; i < all.length; i++) {
                // In the order of the bits, from the owner's right to read.
                if ((mode & 0400 >> i) != 0) {
                    permissions.add(all[i]);
                }
            }
            return permissions;
        }
    }

    /**
     * Prepares to listen at {@code place}.
     *
     * @param ours returns whether a socket of this identity is this server's own and may be replaced
     * @throws IOException if something else is there, its path is too long, or the staging directory cannot be made
     */
    public static StagedSocket prepare(Path place, Predicate<Object> ours) throws IOException {
        SocketPlace.requireLength(place);
        if (!SocketPlace.hasModes(place)) {
            SocketFile.clear(place);
            return new StagedSocket(place, null);
        }
        isReplaceable(place, ours);
        Path directory = Objects.requireNonNull(place.toAbsolutePath().getParent());
        var onlyOurs = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        for (int attempt = 1; ; attempt++) {
            int random = RANDOM / 36 + ThreadLocalRandom.current().nextInt(RANDOM - RANDOM / 36);
            Path staging = directory.resolve(PREFIX + Integer.toString(random, 36));
            try {
                Files.createDirectory(staging, onlyOurs);
                return new StagedSocket(place, staging);
            } catch (FileAlreadyExistsException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Returns where to bind the socket. */
    public Path staged() {
        return staged;
    }

    /**
     * Sets the rights of the socket, once it is bound, where files have any.
     *
     * @throws IOException if this user may not
     */
    public void bound(Rights rights) throws IOException {
        identity = SocketFile.identity(staged);
        if (staging == null) {
            return;
        }
        // Nobody else can have put a link there.
        PosixFileAttributeView view = Files.getFileAttributeView(staged, PosixFileAttributeView.class);
        UserPrincipalLookupService users = staged.getFileSystem().getUserPrincipalLookupService();
        view.setPermissions(rights.permissions());
        try {
            if (rights.group().isPresent()) {
                view.setGroup(users.lookupPrincipalByGroupName(rights.group().get()));
            }
            if (rights.owner().isPresent()) {
                view.setOwner(users.lookupPrincipalByName(rights.owner().get()));
            }
        } catch (FileSystemException e) {
            FileSystemException refused = new FileSystemException(
                    place.toString(), null, "this user may not set its owner or group: " + e.getReason());
            refused.initCause(e);
            throw refused;
        }
    }

    /**
     * Moves the socket to its place, where clients find it.
     *
     * @param ours as for {@link #prepare}
     * @throws IOException if something else is there now
     */
    public void publish(Predicate<Object> ours) throws IOException {
        if (staging == null) {
            return;
        }
        if (isReplaceable(place, ours)) {
            Files.move(staged, place, StandardCopyOption.ATOMIC_MOVE);
        } else {
            // Unlike a move, a link never replaces what has just come there.
            Files.createLink(place, staged);
        }
        close();
    }

    /** Returns whether the socket is in its place. */
    public boolean isInPlace() {
        return isAt(identity, place);
    }

    /** Returns whether this is the identity of the socket. */
    public boolean is(Object other) {
        return other.equals(identity);
    }

    /** Removes the socket from its place, unless something else is there, and what is left of its making. */
    public void remove() {
        // While this process listens, no other file can be mistaken for its own.
        if (isInPlace()) {
            delete(place);
        }
        close();
    }

    /** Removes what is left of the making of the socket. Idempotent. */
    @Override
    public void close() {
        if (staging != null) {
            delete(staged);
            delete(staging);
        }
    }

    private static boolean isReplaceable(Path place, Predicate<Object> ours) throws IOException {
        if (SocketFile.isSocket(place) && ours.test(SocketFile.identity(place))) {
            return true;
        }
        return SocketFile.check(place);
    }

    private static boolean isAt(@Nullable Object identity, Path place) {
        try {
            return identity != null && SocketFile.identity(place).equals(identity);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("could not remove {}: {}", path, FileFailure.of(e));
        }
    }
}
