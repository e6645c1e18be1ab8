package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.Fallbacks;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.OnBindFailure;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.PortRange;
import dev.refractium.server.config.Prefixes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One listener of a {@link RefractiumBuilder}, with the keys of a {@code [[listeners]]} table. One thread. */
public final class ListenerBuilder {
    private final String name;
    private final Map<String, Object> values = new HashMap<>();
    private final List<String> addresses = new ArrayList<>();
    private final Set<Transport> transports = EnumSet.noneOf(Transport.class);

    ListenerBuilder(String name) {
        this.name = name;
    }

    /** Adds addresses to listen on, each an IP literal without brackets, or "localhost"; by default, "0.0.0.0". */
    public ListenerBuilder bind(String... addresses) {
        this.addresses.addAll(List.of(addresses));
        return this;
    }

    /** Sets the port; 0: any free one. */
    public ListenerBuilder port(int port) {
        return ports(port, port);
    }

    /** Sets the ports: all from the first to the last, 1,000 at most. */
    public ListenerBuilder ports(int first, int last) {
        values.put("port", new PortRange(first, last));
        return this;
    }

    /** Listens at a Unix socket, instead of addresses and ports. */
    public ListenerBuilder path(String path) {
        values.put("path", path);
        return this;
    }

    /**
     * Sets whether the path is an abstract name of Linux, without its leading zero, and no file; off by default. Every
     * program of this machine may connect. Needs epoll.
     */
    public ListenerBuilder abstractName(boolean on) {
        values.put("abstract", on);
        return this;
    }

    /** Sets the mode of the Unix socket, in octal digits as "0660"; by default, "0600". */
    public ListenerBuilder mode(String mode) {
        values.put("mode", mode);
        return this;
    }

    /** Sets the owner of the Unix socket, by name or number; by default, the server's user. */
    public ListenerBuilder owner(String owner) {
        values.put("owner", owner);
        return this;
    }

    /** Sets the group of the Unix socket, by name or number; by default, the server's. */
    public ListenerBuilder group(String group) {
        values.put("group", group);
        return this;
    }

    /** Sets how many connections may wait to be accepted. */
    public ListenerBuilder backlog(int connections) {
        values.put("backlog", (long) connections);
        return this;
    }

    /** Takes only clients that arrive by this network interface. */
    public ListenerBuilder networkInterface(String name) {
        values.put("interface", name);
        return this;
    }

    /** Sets whether an address that is not one of this machine can be bound; off by default. */
    public ListenerBuilder freebind(boolean on) {
        values.put("freebind", on);
        return this;
    }

    /** Sets whether "::" takes IPv6 only; off by default. */
    public ListenerBuilder v6only(boolean on) {
        values.put("v6only", on);
        return this;
    }

    /** Sets what becomes of the listener if an address cannot be bound; by default, the start is refused. */
    public ListenerBuilder onBindFailure(OnBindFailure what) {
        values.put("on_bind_failure", what);
        return this;
    }

    /** Listens over this transport; by default, over TCP. */
    public ListenerBuilder transport(Transport transport) {
        transports.add(transport);
        return this;
    }

    /**
     * Sets where sessions of this listener go that no route takes: servers, or a pool alone, as {@code pool:NAME}.
     *
     * @throws IllegalArgumentException if one is not {@code host:port}, or a pool is not alone
     */
    public ListenerBuilder fallback(Transport transport, String... addresses) {
        values.put(Fallbacks.key(transport), Destination.parse(List.of(addresses)));
        return this;
    }

    /**
     * Closes connections of clients outside of these networks: prefixes, single addresses, or {@code @FILE}, whose relative
     * path starts from the configuration's directory. By default, as the server says.
     *
     * @throws IllegalArgumentException if one is none of these
     */
    public ListenerBuilder allow(String... networks) {
        values.put("allow", Prefixes.parse(List.of(networks)));
        return this;
    }

    /**
     * Closes connections of clients in these networks, as {@link #allow} takes them.
     *
     * @throws IllegalArgumentException if one is no network
     */
    public ListenerBuilder deny(String... networks) {
        values.put("deny", Prefixes.parse(List.of(networks)));
        return this;
    }

    /**
     * Applies no limit per address to clients in these networks, as {@link #allow} takes them.
     *
     * @throws IllegalArgumentException if one is no network
     */
    public ListenerBuilder limitsExempt(String... networks) {
        values.put("limits_exempt", Prefixes.parse(List.of(networks)));
        return this;
    }

    /** Sets how many of its sessions may be alive. */
    public ListenerBuilder maxConnections(int sessions) {
        values.put("max_connections", (long) sessions);
        return this;
    }

    /** Sets how many sessions may begin here per second; 0 is no limit. */
    public ListenerBuilder newPerSecond(int sessions) {
        values.put("new_per_second", (long) sessions);
        return this;
    }

    /** Sets how many sessions of one client may begin here per second; 0 is no limit. */
    public ListenerBuilder newPerSecondPerIp(int sessions) {
        values.put("new_per_second_per_ip", (long) sessions);
        return this;
    }

    /** Sets its key {@code idle_timeout}; by default, that of the server. */
    public ListenerBuilder idleTimeout(Duration timeout) {
        values.put("idle_timeout", timeout);
        return this;
    }

    /** Sets its key {@code udp_idle_timeout}; by default, that of the server. */
    public ListenerBuilder udpIdleTimeout(Duration timeout) {
        values.put("udp_idle_timeout", timeout);
        return this;
    }

    /** Sets its key {@code stall_timeout}; by default, that of the server. */
    public ListenerBuilder stallTimeout(Duration timeout) {
        values.put("stall_timeout", timeout);
        return this;
    }

    /** Sets its key {@code half_close_timeout}; by default, that of the server. */
    public ListenerBuilder halfCloseTimeout(Duration timeout) {
        values.put("half_close_timeout", timeout);
        return this;
    }

    /** Sets how long its sessions may last; by default, as the server says; zero: without a limit. */
    public ListenerBuilder maxLifetime(Duration lifetime) {
        values.put("max_lifetime", lifetime);
        return this;
    }

    /** Takes the client's address of TCP connections from these peers' PROXY headers: networks, "any", or "unix". */
    public ListenerBuilder acceptProxyFrom(String... networks) {
        values.put("accept_proxy_from", List.of(networks));
        return this;
    }

    /** The same for datagrams, each of which has a header; note that their source may be forged. */
    public ListenerBuilder acceptProxyUdpFrom(String... networks) {
        values.put("accept_proxy_udp_from", List.of(networks));
        return this;
    }

    ListenerConfig build(String source) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("name", name);
        all.put("bind", addresses);
        all.put("transport", transports);
        return ListenerConfig.of(all, Origin.of(source, "listeners." + name));
    }
}
