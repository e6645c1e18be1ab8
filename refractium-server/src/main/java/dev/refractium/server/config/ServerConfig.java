package dev.refractium.server.config;

import dev.refractium.api.Transport;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Suggestion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The {@code [server]} table: the listener, its limits and its time-outs. docs/configuration.md says what each key does.
 *
 * @param bind an IP literal without brackets, or "localhost"
 * @param maxConnections empty: as many as the descriptor limit allows, 10000 at most
 * @param maxConnectionsPerIp 0: no limit; empty: a quarter of the connections that there may be
 * @param udpMaxSessionsPerIp 0: no limit; empty: a quarter of {@code udpMaxSessions}
 * @param io one of {@link #IO}
 * @param threads empty: one a core
 * @param idleTimeout zero: off
 * @param silenceTimeout less than {@code peekTimeout}
 * @param pluginsDir absolute; empty: the installation's own
 * @param control {@link #CONTROL_AUTO}, {@link #CONTROL_OFF}, or the absolute path of a socket
 * @param hooks what all sessions are watched by
 * @param origin where the keys were said
 */
public record ServerConfig(
        @Key("bind") String bind,
        @Key(value = "port", max = 65535) int port,

        @Key(value = "max_connections", min = 1, max = 10_000_000)
        OptionalInt maxConnections,

        @Key("max_connections_per_ip") OptionalInt maxConnectionsPerIp,

        @Key(value = "peek_timeout_ms", min = 2, max = 3_600_000)
        Duration peekTimeout,

        @Key(value = "peek_buffer_size", min = 512, max = 65536)
        int peekBufferSize,

        @Key(value = "peek_memory", min = 65536, max = 1L << 40)
        long peekMemory,

        @Key(value = "relay_memory", min = 1 << 20, max = 1L << 40)
        long relayMemory,

        @Key(value = "silence_timeout_ms", min = 1, max = 3_600_000)
        Duration silenceTimeout,

        @Key(value = "connect_timeout_ms", min = 1, max = 3_600_000)
        Duration connectTimeout,

        @Key("health") HealthConfig health,

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

        @Key("udp_max_sessions_per_ip") OptionalInt udpMaxSessionsPerIp,
        @Key("io") String io,

        @Key(value = "threads", min = 1, max = 256) OptionalInt threads,

        @Key("hot_reload") boolean hotReload,
        @Key(value = "max_generations", min = 2, max = 64) int maxGenerations,
        @Key("plugins_dir") Optional<Path> pluginsDir,
        @Key("control") String control,
        @Key("fallback_tcp") List<Endpoint> fallbackTcp,
        @Key("fallback_udp") List<Endpoint> fallbackUdp,
        @Key("hooks") List<String> hooks,
        Origin origin) {
    /** What {@code max_connections} is where neither the file nor the descriptor limit says otherwise. */
    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

    /** What {@code io} may be. */
    public static final List<String> IO = List.of("auto", "epoll", "nio");

    /** A control socket in the usual place. */
    public static final String CONTROL_AUTO = "auto";

    /** No control socket. */
    public static final String CONTROL_OFF = "off";

    static final Keys<ServerConfig> KEYS = new Keys<>(ServerConfig.class);
    private static final Duration DEFAULT_SILENCE = Duration.ofSeconds(1);

    /** @throws InvalidValueException naming the key whose value is out of range or does not go with another's */
    public ServerConfig {
        fallbackTcp = List.copyOf(fallbackTcp);
        fallbackUdp = List.copyOf(fallbackUdp);
        hooks = HookConfig.checkedNames(hooks);
        bind = checkedBind(bind);
        KEYS.check("port", port);
        maxConnections.ifPresent(connections -> KEYS.check("max_connections", connections));
        maxConnectionsPerIp.ifPresent(connections -> KEYS.check("max_connections_per_ip", connections));
        KEYS.check("peek_timeout_ms", peekTimeout);
        KEYS.check("peek_buffer_size", peekBufferSize);
        KEYS.check("peek_memory", peekMemory);
        KEYS.check("relay_memory", relayMemory);
        KEYS.check("silence_timeout_ms", silenceTimeout);
        KEYS.check("connect_timeout_ms", connectTimeout);
        health.check();
        KEYS.check("stall_timeout_ms", stallTimeout);
        KEYS.check("half_close_timeout_ms", halfCloseTimeout);
        KEYS.check("idle_timeout_ms", idleTimeout);
        KEYS.check("drain_timeout_ms", drainTimeout);
        KEYS.check("udp_idle_timeout_ms", udpIdleTimeout);
        KEYS.check("udp_max_sessions", udpMaxSessions);
        udpMaxSessionsPerIp.ifPresent(sessions -> KEYS.check("udp_max_sessions_per_ip", sessions));
        threads.ifPresent(count -> KEYS.check("threads", count));
        if (!IO.contains(io)) {
            throw new InvalidValueException(
                    "io", Escape.quoted(io) + " is not known here; " + Suggestion.phrase(io, IO));
        }
        KEYS.check("max_generations", maxGenerations);
        Keys.requireDistinct("fallback_tcp", fallbackTcp);
        Keys.requireDistinct("fallback_udp", fallbackUdp);
        if (pluginsDir.isPresent() && !pluginsDir.get().isAbsolute()) {
            throw new InvalidValueException("plugins_dir", "is not an absolute path");
        }
        if (isControlPath(control) && !Path.of(control).isAbsolute()) {
            throw new InvalidValueException("control", "is neither \"auto\" nor \"off\" nor an absolute path");
        }
        if (silenceTimeout.compareTo(peekTimeout) >= 0) {
            throw new InvalidValueException(
                    "silence_timeout_ms",
                    silenceTimeout.toMillis() + " is not less than peek_timeout_ms, which is " + peekTimeout.toMillis()
                            + "; lower this or raise that");
        }
    }

    /** Every key at its default. */
    public static ServerConfig defaults() {
        return new ServerConfig(
                "0.0.0.0",
                8080,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Duration.ofSeconds(3),
                16384,
                32 << 20,
                64 << 20,
                DEFAULT_SILENCE,
                Duration.ofSeconds(3),
                HealthConfig.DEFAULT,
                Duration.ofMinutes(2),
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                4096,
                OptionalInt.empty(),
                "auto",
                OptionalInt.empty(),
                true,
                16,
                Optional.empty(),
                CONTROL_AUTO,
                List.of(),
                List.of(),
                List.of(),
                new Origin("defaults", "server", Map.of()));
    }

    /** The keys of the table, in the order of this record. */
    public static Set<String> keys() {
        return KEYS.names();
    }

    /**
     * This with other values, as a flag or the builder says them. A peek time-out that leaves no room for the silence
     * time-out takes that down to its half, unless {@code silence_timeout_ms} is or was said.
     *
     * @param values key to value as the file says it: numbers and times as Long in the key's unit, Boolean, String;
     *     {@code plugins_dir} as an absolute Path, {@code health} as a {@link HealthConfig}, fallbacks as lists of {@link Endpoint}
     * @param origin where all keys were said, the ones of {@code values} among them
     * @throws InvalidValueException naming the first key whose value is refused
     */
    public ServerConfig with(Map<String, ?> values, Origin origin) {
        Map<String, Object> all = new HashMap<>(values);
        if (!this.origin.has("silence_timeout_ms") && values.get("peek_timeout_ms") instanceof Long peek) {
            all.putIfAbsent("silence_timeout_ms", Math.min(DEFAULT_SILENCE.toMillis(), peek / 2));
        }
        return KEYS.copy(this, all, origin);
    }

    /**
     * How many connections one client may have where there may be {@code maxConnections} in all; 0: no limit. A quarter
     * by default: behind a NAT, or a container runtime's proxy, all clients have one address.
     */
    public int connectionsPerIp(int maxConnections) {
        return maxConnectionsPerIp.orElse(quarter(maxConnections));
    }

    /** How many UDP sessions one client may have; 0: no limit. */
    public int udpSessionsPerIp() {
        return udpMaxSessionsPerIp.orElse(quarter(udpMaxSessions));
    }

    private static int quarter(int limit) {
        return Math.max(1, limit / 4);
    }

    /** The control socket that was named; empty for {@link #CONTROL_AUTO} and {@link #CONTROL_OFF}. */
    public Optional<Path> controlSocket() {
        return Optional.of(control).filter(ServerConfig::isControlPath).map(Path::of);
    }

    static boolean isControlPath(String control) {
        return !control.equals(CONTROL_AUTO) && !control.equals(CONTROL_OFF);
    }

    /** Where sessions go that no route takes; empty: they are closed. */
    public List<Endpoint> fallback(Transport transport) {
        return transport == Transport.TCP ? fallbackTcp : fallbackUdp;
    }

    private static String checkedBind(String bind) {
        if (HostName.isIpv4(bind) || HostName.isIpv6(bind) || bind.equals("localhost")) {
            return bind;
        }
        String hint = bind.startsWith("[") || bind.indexOf(':') >= 0
                ? "write an IPv6 address without brackets, and the port by its own key"
                : "write \"0.0.0.0\" or \"::\" for every address, another IP address, or \"localhost\"";
        throw new InvalidValueException("bind", Escape.quoted(bind) + " is not an IP address; " + hint);
    }
}
