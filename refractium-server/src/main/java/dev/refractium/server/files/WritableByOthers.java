package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether somebody else may change a file that the server is about to obey: its configuration, its plugins. Any thread.
 */
public final class WritableByOthers {
    private WritableByOthers() {}

    /**
     * Why {@code path} is not to be trusted, and the command that mends it, such as "every user may write it; chmod o-w
     * /etc/refractium.toml". Links are followed: what they lead to is what would be read.
     *
     * @return empty where only this process's user and root may write it, or where the file system keeps no POSIX
     *     permissions
     * @throws IOException if the file is missing or cannot be looked at
     */
    public static Optional<String> reason(Path path) throws IOException {
        Optional<Access> access = Access.of(path);
        return access.isEmpty()
                ? Optional.empty()
                : access.get().reason(path, Self.user().getName());
    }
}
