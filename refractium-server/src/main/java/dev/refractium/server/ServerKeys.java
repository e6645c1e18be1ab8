package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.Fallbacks;
import dev.refractium.server.config.HealthConfig;
import dev.refractium.server.config.Prefixes;
import dev.refractium.server.config.Resolvers;
import dev.refractium.server.config.Size;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The keys of the file's {@code [server]} table, as methods of a builder. One thread.
 *
 * @param <B> that builder
 */
abstract class ServerKeys<B> extends BackendKeys<B> {
    /** Listens on this address; port 0 takes any free one, the same for TCP and UDP. */
    public B listen(String bind, int port) {
        bind(bind);
        return port(port);
    }

    /** Key {@code bind}. */
    public B bind(String address) {
        return set("bind", address);
    }

    /** Key {@code port}. */
    public B port(int port) {
        return set("port", (long) port);
    }

    /** Key {@code max_connections}. */
    public B maxConnections(int connections) {
        return set("max_connections", (long) connections);
    }

    /** Key {@code max_connections_per_ip}; 0 is no limit. */
    public B maxConnectionsPerIp(int connections) {
        return set("max_connections_per_ip", (long) connections);
    }

    /**
     * Key {@code allow}: prefixes, single addresses, or {@code @FILE}, whose relative path starts from the configuration's
     * directory.
     *
     * @throws IllegalArgumentException if one is none of these
     */
    public B allow(String... networks) {
        return set("allow", Prefixes.parse(List.of(networks)));
    }

    /**
     * Key {@code deny}, as {@link #allow}.
     *
     * @throws IllegalArgumentException if one is no network
     */
    public B deny(String... networks) {
        return set("deny", Prefixes.parse(List.of(networks)));
    }

    /**
     * Key {@code limits_exempt}, as {@link #allow}.
     *
     * @throws IllegalArgumentException if one is no network
     */
    public B limitsExempt(String... networks) {
        return set("limits_exempt", Prefixes.parse(List.of(networks)));
    }

    /**
     * Key {@code map_networks}, as {@link #allow}.
     *
     * @throws IllegalArgumentException if one is no network
     */
    public B mapNetworks(String... networks) {
        return set("map_networks", Prefixes.parse(List.of(networks)));
    }

    /** Key {@code new_per_second}; 0 is no limit. */
    public B newPerSecond(int sessions) {
        return set("new_per_second", (long) sessions);
    }

    /** Key {@code new_per_second_per_ip}; 0 is no limit. */
    public B newPerSecondPerIp(int sessions) {
        return set("new_per_second_per_ip", (long) sessions);
    }

    /** Key {@code max_lifetime}; zero is no limit. */
    public B maxLifetime(Duration lifetime) {
        return set("max_lifetime", lifetime);
    }

    /** Key {@code peek_timeout}. */
    public B peekTimeout(Duration timeout) {
        return set("peek_timeout", timeout);
    }

    /** Key {@code peek_buffer_size}, in bytes. */
    public B peekBufferSize(long bytes) {
        return set("peek_buffer_size", new Size(bytes));
    }

    /** Key {@code peek_memory}, in bytes. */
    public B peekMemory(long bytes) {
        return set("peek_memory", new Size(bytes));
    }

    /** Key {@code relay_memory}, in bytes. */
    public B relayMemory(long bytes) {
        return set("relay_memory", new Size(bytes));
    }

    /** Key {@code io}: "auto", "epoll" or "nio". */
    public B io(String io) {
        return set("io", io);
    }

    /** Key {@code threads}. */
    public B threads(int count) {
        return set("threads", (long) count);
    }

    /** Key {@code silence_timeout}. */
    public B silenceTimeout(Duration timeout) {
        return set("silence_timeout", timeout);
    }

    /** Key {@code health}: probes every TCP backend with this time between probes. */
    public B healthInterval(Duration interval) {
        return health(health -> health.interval(interval));
    }

    /** Key {@code health} = "off": probes no backend. */
    public B healthOff() {
        return set("health", HealthConfig.OFF);
    }

    /**
     * Key {@code resolvers}: "system", "jdk", or the addresses of name servers, as {@code 127.0.0.1:53}.
     *
     * @throws IllegalArgumentException if one is no address with a port
     */
    public B resolvers(String... resolvers) {
        return set("resolvers", Resolvers.parse(List.of(resolvers)));
    }

    /** Key {@code resolve_min}. */
    public B resolveMin(Duration time) {
        return set("resolve_min", time);
    }

    /** Key {@code resolve_max}. */
    public B resolveMax(Duration time) {
        return set("resolve_max", time);
    }

    /** Key {@code stall_timeout}. */
    public B stallTimeout(Duration timeout) {
        return set("stall_timeout", timeout);
    }

    /** Key {@code half_close_timeout}. */
    public B halfCloseTimeout(Duration timeout) {
        return set("half_close_timeout", timeout);
    }

    /** Key {@code idle_timeout}; zero is off. */
    public B idleTimeout(Duration timeout) {
        return set("idle_timeout", timeout);
    }

    /** Key {@code drain_timeout}. */
    public B drainTimeout(Duration timeout) {
        return set("drain_timeout", timeout);
    }

    /** Key {@code udp_idle_timeout}. */
    public B udpIdleTimeout(Duration timeout) {
        return set("udp_idle_timeout", timeout);
    }

    /** Key {@code udp_max_sessions}. */
    public B udpMaxSessions(int sessions) {
        return set("udp_max_sessions", (long) sessions);
    }

    /** Key {@code udp_max_sessions_per_ip}; 0 is no limit. */
    public B udpMaxSessionsPerIp(int sessions) {
        return set("udp_max_sessions_per_ip", (long) sessions);
    }

    /** Key {@code hot_reload}. */
    public B hotReload(boolean on) {
        return set("hot_reload", on);
    }

    /** Key {@code max_generations}. */
    public B maxGenerations(int generations) {
        return set("max_generations", (long) generations);
    }

    /** Key {@code plugins_dir}. */
    public B plugins(Path directory) {
        return set("plugins_dir", directory.toAbsolutePath());
    }

    /** Key {@code state_dir}: a path, "auto" or "off". */
    public B stateDirectory(String place) {
        return set("state_dir", place);
    }

    /** Key {@code control}: a path, "auto" or "off". The command line opens the socket, {@link RefractiumBuilder#start} does not. */
    public B control(String place) {
        return set("control", place);
    }

    /** Key {@code control_group}: whose members may use the control sockets, by name or number. */
    public B controlGroup(String group) {
        return set("control_group", group);
    }

    /** Key {@code control_read}: the path of a socket that only answers the status. */
    public B controlRead(Path socket) {
        return set("control_read", socket.toAbsolutePath().toString());
    }

    /**
     * Keys {@code fallback_tcp} and {@code fallback_udp}: servers, or a pool alone, as {@code pool:NAME}.
     *
     * @throws IllegalArgumentException if one is not {@code host:port} or {@code unix:/path}, or a pool is not alone
     */
    public B fallback(Transport transport, String... addresses) {
        return set(Fallbacks.key(transport), Destination.parse(List.of(addresses)));
    }
}
