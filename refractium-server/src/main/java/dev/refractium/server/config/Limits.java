package dev.refractium.server.config;

import java.util.OptionalInt;

/**
 * Limits of numbers and memory.
 *
 * @param maxConnections empty: as many as the descriptor limit allows, {@link #DEFAULT_MAX_CONNECTIONS} at most
 * @param maxConnectionsPerIp 0: no limit; empty: see {@link #connectionsPerIp}
 * @param udpMaxSessionsPerIp 0: no limit; empty: see {@link #udpSessionsPerIp}
 * @param relayMemory limit of bytes that wait for sides that do not take them, of all sessions together
 */
public record Limits(
        @Key(value = "max_connections", min = "1", max = "10000000")
        OptionalInt maxConnections,

        @Key("max_connections_per_ip") OptionalInt maxConnectionsPerIp,

        @Key(value = "relay_memory", initial = "64MiB", min = "1MiB", max = "1024GiB")
        Size relayMemory,

        @Key(value = "udp_max_sessions", initial = "4096", min = "1", max = "10000000")
        int udpMaxSessions,

        @Key("udp_max_sessions_per_ip") OptionalInt udpMaxSessionsPerIp,

        @Key(value = "max_generations", initial = "16", min = "2", max = "64")
        int maxGenerations) {
    /** The default of {@code max_connections}, unless the descriptor limit is lower. */
    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

    private static final Keys<Limits> KEYS = new Keys<>(Limits.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public Limits {
        KEYS.check(
                maxConnections, maxConnectionsPerIp, relayMemory, udpMaxSessions, udpMaxSessionsPerIp, maxGenerations);
    }

    /**
     * Returns how many connections one client may have if there may be {@code maxConnections} in all; 0: no limit. A
     * quarter by default: behind a NAT, or a container runtime's proxy, all clients have one address.
     */
    public int connectionsPerIp(int maxConnections) {
        return maxConnectionsPerIp.orElse(quarter(maxConnections));
    }

    /** Returns how many UDP sessions one client may have; 0: no limit. */
    public int udpSessionsPerIp() {
        return udpMaxSessionsPerIp.orElse(quarter(udpMaxSessions));
    }

    private static int quarter(int limit) {
        return Math.max(1, limit / 4);
    }
}
