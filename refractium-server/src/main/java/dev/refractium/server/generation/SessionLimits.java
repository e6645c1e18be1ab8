package dev.refractium.server.generation;

import dev.refractium.server.config.ServerConfig;

/**
 * The sizes and times that sessions live by, in bytes and milliseconds.
 *
 * @param peekMemory what all TCP sessions that are not connected yet may hold together
 * @param relayMemory what all of them may hold together once they are
 * @param idleMs 0: off
 * @param udpMaxSessions how many UDP flows may be alive
 * @param udpMaxPerClient how many of them one client may have; 0: no limit
 */
public record SessionLimits(
        int peekSize,
        long peekMemory,
        long relayMemory,
        long peekMs,
        long silenceMs,
        long connectMs,
        long stallMs,
        long halfCloseMs,
        long idleMs,
        long udpIdleMs,
        int udpMaxSessions,
        int udpMaxPerClient) {
    static SessionLimits of(ServerConfig server) {
        return new SessionLimits(
                server.peek().bufferSize().intBytes(),
                server.peek().memory().bytes(),
                server.limits().relayMemory().bytes(),
                server.peek().timeout().toMillis(),
                server.peek().silenceTimeout().toMillis(),
                server.timeouts().connect().toMillis(),
                server.timeouts().stall().toMillis(),
                server.timeouts().halfClose().toMillis(),
                server.timeouts().idle().toMillis(),
                server.timeouts().udpIdle().toMillis(),
                server.limits().udpMaxSessions(),
                server.limits().udpSessionsPerIp());
    }
}
