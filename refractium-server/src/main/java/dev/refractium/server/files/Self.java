package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;

/** The user that this process creates files as. */
final class Self {
    /** Written by any thread that needs it first; all compute the same. */
    private static volatile @Nullable UserPrincipal known;

    private Self() {}

    /** Does not change while the process lives. */
    static UserPrincipal user() throws IOException {
        UserPrincipal user = known;
        if (user == null) {
            user = ask();
            known = user;
        }
        return user;
    }

    /** Its number, if the system has numbers; else its name. */
    static String uid() throws IOException {
        Path probe = Files.createTempFile("refractium-", ".probe");
        try {
            return probe.getFileSystem().supportedFileAttributeViews().contains("unix")
                    ? String.valueOf(Files.getAttribute(probe, "unix:uid"))
                    : user().getName();
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /**
     * Finds the user by creating a file: the user's name may be unknown to the system (a container run with a bare
     * number), and {@code /proc/self} belongs to root when the java binary has capabilities.
     */
    private static UserPrincipal ask() throws IOException {
        Path probe;
        try {
            probe = Files.createTempFile("refractium-", ".probe");
        } catch (IOException noTemporaryDirectory) {
            return Files.getOwner(Path.of("/proc/self"));
        }
        try {
            return Files.getOwner(probe);
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
