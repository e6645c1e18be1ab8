package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The {@code [server]} table: the listener, its limits and its time-outs. docs/configuration.md says what each key does.
 *
 * @param maxConnections empty: as many as the descriptor limit allows, 10000 at most
 * @param idleTimeout zero: off
 * @param pluginsDir absolute; empty: the installation's own
 * @param origin where the keys were said
 */
public record ServerConfig(
        @Key("bind") String bind,
        @Key(value = "port", max = 65535) int port,

        @Key(value = "max_connections", min = 1, max = 10_000_000)
        OptionalInt maxConnections,

        @Key("max_connections_per_ip") int maxConnectionsPerIp,

        @Key(value = "peek_timeout_ms", min = 1, max = 3_600_000)
        Duration peekTimeout,

        @Key(value = "peek_buffer_size", min = 512, max = 65536)
        int peekBufferSize,

        @Key(value = "peek_memory", min = 65536, max = 1L << 40)
        long peekMemory,

        @Key(value = "silence_timeout_ms", min = 1, max = 3_600_000)
        Duration silenceTimeout,

        @Key(value = "connect_timeout_ms", min = 1, max = 3_600_000)
        Duration connectTimeout,

        @Key(value = "stall_timeout_ms", min = 1, max = 86_400_000)
        Duration stallTimeout,

        @Key(value = "half_close_timeout_ms", min = 1, max = 86_400_000)
        Duration halfCloseTimeout,

        @Key(value = "idle_timeout_ms", max = 604_800_000) Duration idleTimeout,
        @Key(value = "drain_timeout_ms", max = 86_400_000) Duration drainTimeout,

        @Key(value = "udp_idle_timeout_ms", min = 1, max = 86_400_000)
        Duration udpIdleTimeout,

        @Key(value = "udp_max_sessions", min = 1, max = 10_000_000)
        int udpMaxSessions,

        @Key("hot_reload") boolean hotReload,
        @Key("plugins_dir") Optional<Path> pluginsDir,
        @Key("fallback_tcp") List<Endpoint> fallbackTcp,
        @Key("fallback_udp") List<Endpoint> fallbackUdp,
        Origin origin) {
    /** What {@code max_connections} is where neither the file nor the descriptor limit says otherwise. */
    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

    public ServerConfig {
        fallbackTcp = List.copyOf(fallbackTcp);
        fallbackUdp = List.copyOf(fallbackUdp);
    }

    /** Every key at its default. */
    public static ServerConfig defaults() {
        return new ServerConfig(
                "0.0.0.0",
                8080,
                OptionalInt.empty(),
                50,
                Duration.ofSeconds(3),
                16384,
                32 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofMinutes(2),
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                4096,
                true,
                Optional.empty(),
                List.of(),
                List.of(),
                new Origin("defaults", "server", Map.of()));
    }

    /** Where sessions go that no route takes; empty: they are closed. */
    public List<Endpoint> fallback(Transport transport) {
        return transport == Transport.TCP ? fallbackTcp : fallbackUdp;
    }
}
