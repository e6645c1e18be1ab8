package dev.refractium.server.control;

import dev.refractium.server.files.StagedSocket.Rights;
import java.util.Optional;

/**
 * Who may use a control socket, and for what.
 *
 * @param group whose members may, by name or number; empty: only the server's user and root
 * @param readOnly whether it only answers the status
 */
public record SocketAccess(Optional<String> group, boolean readOnly) {
    /** For the server's user and root, who may ask for everything. */
    public static final SocketAccess PRIVATE = new SocketAccess(Optional.empty(), false);

    private static final int SHARED = 0660;

    /** Returns the rights of the socket's file: with a group, the system lets nobody else connect. */
    Rights rights() {
        return group.isPresent() ? new Rights(SHARED, Optional.empty(), group) : Rights.PRIVATE;
    }
}
