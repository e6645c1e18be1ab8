package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/** The user that this process creates files as. */
final class Self {
    private Self() {}

    /**
     * Asked of the file system by making a file: the user's name may be unknown to the system (a container run with a
     * bare number), and {@code /proc/self} belongs to root when the java binary carries capabilities.
     */
    static UserPrincipal user() throws IOException {
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
