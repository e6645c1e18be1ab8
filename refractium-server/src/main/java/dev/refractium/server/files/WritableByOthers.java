package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds out whether other users may change a file that the server is about to obey: its configuration, its plugins. Any
 * thread.
 */
public final class WritableByOthers {
    private WritableByOthers() {}

    /**
     * Returns why {@code path} cannot be trusted, and the command that corrects it, such as "every user may write it;
     * chmod o-w /etc/refractium.toml". Links are followed, since the file that they lead to is read.
     *
     * @return empty if only this process's user and root may write it, or if the file system has no POSIX permissions
     * @throws IOException if the file is missing or its attributes cannot be read
     */
    public static Optional<String> reason(Path path) throws IOException {
        Optional<Access> access = Access.of(path);
        return access.isEmpty()
                ? Optional.empty()
                : access.get().reason(path, Self.user().getName());
    }
}
