package dev.refractium.server.generation;

import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.route.RouteLimits;

/** The sizes and times that apply to sessions, in bytes and milliseconds. */
public record SessionLimits(PeekLimits peek, RelayLimits relay, UdpLimits udp) {
    /**
     * Limits of sessions that are not connected yet.
     *
     * @param size how many bytes one session may hold before it is decided
     * @param memory how many bytes all of them together may hold
     * @param silenceMs how long a client may be silent where a route takes silent ones
     */
    public record PeekLimits(int size, long memory, long timeoutMs, long silenceMs) {}

    /**
     * Limits of sessions that are connected: of TCP, where nothing else is said.
     *
     * @param memory how many bytes all of them together may hold
     * @param idleMs 0: off
     * @param lifetimeMs how long a session may last, of TCP and UDP; 0: no limit
     * @param udpIdleMs how long a UDP session may be quiet
     */
    public record RelayLimits(
            long memory, long stallMs, long halfCloseMs, long idleMs, long lifetimeMs, long udpIdleMs) {
        /** Returns these limits with the times of a listener or a route, where it has its own. */
        public RelayLimits with(RouteLimits.Times times) {
            return times.equals(RouteLimits.Times.NONE)
                    ? this
                    : new RelayLimits(
                            memory,
                            either(times.stall(), stallMs),
                            either(times.halfClose(), halfCloseMs),
                            either(times.idle(), idleMs),
                            either(times.lifetime(), lifetimeMs),
                            either(times.udpIdle(), udpIdleMs));
        }

        private static long either(long own, long wider) {
            return own == RouteLimits.Times.UNSET ? wider : own;
        }
    }

    /**
     * Limits of the number of UDP flows.
     *
     * @param maxSessions how many may be alive
     * @param maxPerClient how many of them one client may have; 0: no limit
     */
    public record UdpLimits(int maxSessions, int maxPerClient) {}

    static SessionLimits of(ServerConfig server) {
        return new SessionLimits(
                new PeekLimits(
                        server.peek().bufferSize().intBytes(),
                        server.peek().memory().bytes(),
                        server.peek().timeout().toMillis(),
                        server.peek().silenceTimeout().toMillis()),
                new RelayLimits(
                        server.limits().relayMemory().bytes(),
                        server.timeouts().relay().stall().toMillis(),
                        server.timeouts().relay().halfClose().toMillis(),
                        server.timeouts().relay().idle().toMillis(),
                        server.timeouts().relay().lifetime().toMillis(),
                        server.timeouts().udpIdle().toMillis()),
                new UdpLimits(server.limits().udpMaxSessions(), server.limits().udpSessionsPerIp()));
    }
}
