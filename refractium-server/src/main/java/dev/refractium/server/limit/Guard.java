package dev.refractium.server.limit;

import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which clients a listener or a route serves. Immutable; any thread.
 *
 * @param allow the only networks whose clients are served; empty: all are
 * @param deny networks whose clients are not served, whatever is allowed
 */
public record Guard(Optional<Networks> allow, Networks deny) {
    /** Serves every client. */
    public static final Guard NONE = new Guard(Optional.empty(), Networks.NONE);

    /** Returns whether it serves this client; null: one of a Unix socket, which is in no network. */
    public boolean admits(@Nullable InetAddress client) {
        if (client == null) {
            return allow.isEmpty();
        }
        return !deny.contains(client) && (allow.isEmpty() || allow.get().contains(client));
    }
}
