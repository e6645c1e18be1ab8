package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory that the environment names for the state of running servers.
 *
 * @param child the server's own part of a directory that other programs use too
 */
record StatePlace(String variable, String value, Optional<String> child) {
    /** Returns the places in {@code environment}, the preferred one first. */
    static List<StatePlace> offered(Map<String, String> environment) {
        // systemd separates several directories by colons; the first one is as good as any.
        String runtime = environment.getOrDefault("RUNTIME_DIRECTORY", "").split(":", 2)[0];
        String session = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return Stream.of(
                        new StatePlace("RUNTIME_DIRECTORY", runtime, Optional.empty()),
                        new StatePlace("XDG_RUNTIME_DIR", session, Optional.of("refractium")))
                .filter(place -> !place.value.isEmpty())
                .toList();
    }

    /** Returns the existing directory; creates nothing. Throws if it is missing or cannot be trusted. */
    Path existing() throws IOException {
        Path directory = absolute();
        requireOurs(directory);
        Path ours = child.map(directory::resolve).orElse(directory);
        requireOurs(ours);
        return ours;
    }

    /** Creates what is missing. Throws if the place cannot be trusted. */
    Path prepare() throws IOException {
        Path directory = absolute();
        requireOurs(directory);
        if (child.isEmpty()) {
            return directory;
        }
        Path ours = directory.resolve(child.get());
        try {
            Files.createDirectory(ours, privately(ours));
        } catch (FileAlreadyExistsException fromAnEarlierRun) {
            // Checked like any other directory.
        }
        requireOurs(ours);
        return ours;
    }

    private Path absolute() throws IOException {
        try {
            Path path = Path.of(value);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new IOException("not a path", e);
        }
        throw new IOException("not an absolute path");
    }

    static void requireOurs(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(directory + " is not a directory (a link is not followed)");
        }
        String owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName();
        String self = Self.user().getName();
        if (!owner.equals(self)) {
            throw new IOException(directory + " belongs to " + owner + ", the server runs as " + self);
        }
        Optional<Access> access = Access.of(directory, LinkOption.NOFOLLOW_LINKS);
        Optional<String> open = access.flatMap(known -> known.reason(directory, self));
        if (open.isPresent()) {
            throw new IOException(directory + ": " + open.get());
        }
    }

    static FileAttribute<?>[] privately(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }
}
