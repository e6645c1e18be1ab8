package dev.refractium.server.generation;

import dev.refractium.server.config.ServerConfig;

/**
 * The sizes and times that sessions live by, in bytes and milliseconds.
 *
 * @param idleMs 0: off
 */
public record SessionLimits(
        int peekSize,
        long peekMs,
        long silenceMs,
        long connectMs,
        long stallMs,
        long halfCloseMs,
        long idleMs,
        long udpIdleMs) {
    static SessionLimits of(ServerConfig server) {
        return new SessionLimits(
                server.peekBufferSize(),
                server.peekTimeout().toMillis(),
                server.silenceTimeout().toMillis(),
                server.connectTimeout().toMillis(),
                server.stallTimeout().toMillis(),
                server.halfCloseTimeout().toMillis(),
                server.idleTimeout().toMillis(),
                server.udpIdleTimeout().toMillis());
    }
}
