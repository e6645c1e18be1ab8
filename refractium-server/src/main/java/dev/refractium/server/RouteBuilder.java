package dev.refractium.server;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.DestinationMap;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.FloatingPattern;
import dev.refractium.server.config.OnFailure;
import dev.refractium.server.config.OnOddName;
import dev.refractium.server.config.OnRemoved;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.PatternConfig;
import dev.refractium.server.config.PeerTrust;
import dev.refractium.server.config.PlacedPattern;
import dev.refractium.server.config.PoolServer;
import dev.refractium.server.config.Prefixes;
import dev.refractium.server.config.ProxyDatagrams;
import dev.refractium.server.config.ProxyVersion;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.hook.FunctionHook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One route of a {@link RefractiumBuilder}, with the keys of a {@code [[protocols]]} table. One thread. */
public final class RouteBuilder extends PoolKeys<RouteBuilder> {
    private final String name;
    private Destination destination = Destination.NOWHERE;
    private final Map<String, List<String>> match = new LinkedHashMap<>();
    private final List<PatternConfig> patterns = new ArrayList<>();
    private final Set<Transport> transports = EnumSet.noneOf(Transport.class);
    private final Map<String, Object> values = new HashMap<>();
    private final List<String> hooks = new ArrayList<>();
    private final Map<String, Hook> ownHooks = new LinkedHashMap<>();

    RouteBuilder(String name) {
        this.name = name;
    }

    /**
     * Adds backends, as {@code host:port}, {@code [v6]:port} or {@code unix:/path}; or names a pool, alone, as {@code pool:NAME}.
     *
     * @throws IllegalArgumentException if one is not an address, or a pool is not alone
     */
    public RouteBuilder to(String... addresses) {
        destination = destination.and(Destination.parse(List.of(addresses)));
        return this;
    }

    /**
     * Adds a backend with keys of its own.
     *
     * @param address as {@link #to} takes it
     * @param server sets it up, such as {@code s -> s.weight(3)}
     * @throws IllegalArgumentException if that is not an address, or a value is refused
     */
    public RouteBuilder to(String address, UnaryOperator<ServerBuilder> server) {
        PoolServer said =
                server.apply(new ServerBuilder(Endpoint.parse(address))).build();
        destination = destination.and(Destination.to(List.of(said)));
        return this;
    }

    /**
     * Sends each session to the destination that a map has for the first attribute of the protocol. A relative path starts
     * from the configuration's directory.
     *
     * @throws IllegalArgumentException if something else is named already
     */
    public RouteBuilder toMap(Path file) {
        return to(new DestinationMap(file, Optional.empty()));
    }

    /**
     * Sends each session to the destination that a map has for {@code attribute}, as {@link #toMap(Path)}.
     *
     * @throws IllegalArgumentException if something else is named already, or no attribute has this name
     */
    public RouteBuilder toMap(Path file, String attribute) {
        return to(new DestinationMap(file, Optional.of(attribute)));
    }

    private RouteBuilder to(DestinationMap map) {
        destination = destination.and(Destination.toMap(map));
        return this;
    }

    /** Sends backends a PROXY header of this version, which tells them the client's address; by default, none. */
    public RouteBuilder sendProxy(ProxyVersion version) {
        values.put("send_proxy", version);
        return this;
    }

    /** Sets which datagrams of a session carry the PROXY header; by default, each of them. */
    public RouteBuilder sendProxyUdp(ProxyDatagrams datagrams) {
        values.put("send_proxy_udp", datagrams);
        return this;
    }

    /** Sets whether other routes may reach the same backends without a PROXY header; off by default. */
    public RouteBuilder mixedProxy(boolean mixed) {
        values.put("mixed_proxy", mixed);
        return this;
    }

    /** Key {@code order}: its place among all routes, the lowest first; equal ones stay as they were given. */
    public RouteBuilder order(int order) {
        values.put("order", (long) order);
        return this;
    }

    /** Sets the route's name in logs and tables; by default, its protocol with what it asks of attributes. */
    public RouteBuilder id(String id) {
        values.put("id", id);
        return this;
    }

    /** Takes only sessions of these listeners. */
    public RouteBuilder listeners(String... names) {
        values.put("listeners", List.of(names));
        return this;
    }

    /** Takes only sessions whose {@code attribute} has one of these values: exact, {@code *.suffix}, or "" for none. */
    public RouteBuilder match(String attribute, String... values) {
        match.put(attribute, List.of(values));
        return this;
    }

    /**
     * Takes only sessions of clients in these networks: prefixes, single addresses, or {@code @FILE}, whose relative path
     * starts from the configuration's directory.
     *
     * @throws IllegalArgumentException if one is none of these
     */
    public RouteBuilder clients(String... networks) {
        values.put("clients", Prefixes.parse(List.of(networks)));
        return this;
    }

    /**
     * Closes sessions of clients outside of these networks, as {@link #clients} takes them.
     *
     * @throws IllegalArgumentException if one is no network
     */
    public RouteBuilder allow(String... networks) {
        values.put("allow", Prefixes.parse(List.of(networks)));
        return this;
    }

    /**
     * Closes sessions of clients in these networks, as {@link #clients} takes them.
     *
     * @throws IllegalArgumentException if one is no network
     */
    public RouteBuilder deny(String... networks) {
        values.put("deny", Prefixes.parse(List.of(networks)));
        return this;
    }

    /** Sets how many of its sessions may be alive. */
    public RouteBuilder maxConnections(int sessions) {
        values.put("max_connections", (long) sessions);
        return this;
    }

    /** Sets how many of its sessions may begin per second; 0 is no limit. */
    public RouteBuilder newPerSecond(int sessions) {
        values.put("new_per_second", (long) sessions);
        return this;
    }

    /** Sets how many of its sessions of one client may begin per second; 0 is no limit. */
    public RouteBuilder newPerSecondPerIp(int sessions) {
        values.put("new_per_second_per_ip", (long) sessions);
        return this;
    }

    /** Sets its key {@code idle_timeout}; by default, that of the listener. */
    public RouteBuilder idleTimeout(Duration timeout) {
        values.put("idle_timeout", timeout);
        return this;
    }

    /** Sets its key {@code udp_idle_timeout}; by default, that of the listener. */
    public RouteBuilder udpIdleTimeout(Duration timeout) {
        values.put("udp_idle_timeout", timeout);
        return this;
    }

    /** Sets its key {@code stall_timeout}; by default, that of the listener. */
    public RouteBuilder stallTimeout(Duration timeout) {
        values.put("stall_timeout", timeout);
        return this;
    }

    /** Sets its key {@code half_close_timeout}; by default, that of the listener. */
    public RouteBuilder halfCloseTimeout(Duration timeout) {
        values.put("half_close_timeout", timeout);
        return this;
    }

    /** Sets how long its sessions may last; by default, as the listener says; zero: without a limit. */
    public RouteBuilder maxLifetime(Duration lifetime) {
        values.put("max_lifetime", lifetime);
        return this;
    }

    /** Makes a protocol of its own, known by these first bytes. Copied. */
    public RouteBuilder pattern(byte[] prefix) {
        patterns.add(PatternConfig.prefix(prefix));
        return this;
    }

    /** Makes a protocol of its own, known by the bytes {@code hex} at {@code offset}, in the bits of {@code mask}. */
    public RouteBuilder pattern(int offset, String hex, String mask) {
        patterns.add(new PlacedPattern(offset, hex, mask));
        return this;
    }

    /** Makes a protocol of its own, known by these bytes anywhere in the first {@code within} ones. Copied. */
    public RouteBuilder patternWithin(byte[] contained, int within) {
        patterns.add(FloatingPattern.of(contained, within));
        return this;
    }

    /** Sets whether a silent client takes this route; by default, the protocol decides. */
    public RouteBuilder serverFirst(boolean serverFirst) {
        values.put("server_first", serverFirst);
        return this;
    }

    /** Takes sessions of this transport; by default, of the protocol's transports. */
    public RouteBuilder transport(Transport transport) {
        transports.add(transport);
        return this;
    }

    /** Sets what happens to sessions whose attributes never become readable. */
    public RouteBuilder onIncomplete(OnFailure onIncomplete) {
        values.put("on_incomplete", onIncomplete);
        return this;
    }

    /** Sets what happens to sessions whose one name is no host name, while nothing else is wrong with them. */
    public RouteBuilder onOddName(OnOddName onOddName) {
        values.put("on_odd_name", onOddName);
        return this;
    }

    /** Sets what happens to sessions when no backend can be reached. */
    public RouteBuilder onUnhealthy(OnFailure onUnhealthy) {
        values.put("on_unhealthy", onUnhealthy);
        return this;
    }

    /** Sets whether a first datagram that was refused is sent to another backend, if the protocol allows it; on by default. */
    public RouteBuilder retry(boolean retry) {
        values.put("retry", retry);
        return this;
    }

    /**
     * Ends a UDP session once it has had this many answers for each datagram of the client, 1 to 1,000; 0: never; unset,
     * the protocol decides.
     */
    public RouteBuilder responses(int answers) {
        values.put("responses", (long) answers);
        return this;
    }

    /** Sets the address that backends see sessions come from: {@code "client"}, or one of this machine. */
    public RouteBuilder source(String source) {
        values.put("source", source);
        return this;
    }

    /** Sets the networks that a client's address must be of for {@code source("client")}, as {@code 10.0.0.0/8}. */
    public RouteBuilder sourceNetworks(String... networks) {
        values.put("source_networks", List.of(networks));
        return this;
    }

    /** Sets whether it is known that the backends trust clients by their address; then there is no warning. */
    public RouteBuilder peerTrust(PeerTrust peerTrust) {
        values.put("peer_trust", peerTrust);
        return this;
    }

    /** Sets what happens to live sessions when a reload removes the route. */
    public RouteBuilder onRemoved(OnRemoved onRemoved) {
        values.put("on_removed", onRemoved);
        return this;
    }

    /** Has its sessions watched by hooks of plugins or of the file, by their names there. */
    public RouteBuilder hooks(String... names) {
        hooks.addAll(List.of(names));
        return this;
    }

    /**
     * Has its sessions watched by a hook that is part of this program. The name is for messages, and no other hook may
     * have it.
     */
    public RouteBuilder hook(String name, Hook hook) {
        ownHooks.put(name, hook);
        return hooks(name);
    }

    /**
     * Has its sessions watched by the result of {@code open}, such as {@code session -> end -> log(session, end)}; null
     * for no tap.
     */
    public RouteBuilder hook(String name, Function<Session, @Nullable Tap> open) {
        return hook(name, new FunctionHook(name, open));
    }

    Map<String, Hook> ownHooks() {
        return ownHooks;
    }

    String name() {
        return name;
    }

    @Override
    RouteBuilder set(String key, Object value) {
        values.put(key, value);
        return this;
    }

    RouteConfig build(String source) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("name", name);
        all.put("forward_to", destination);
        all.put("match", match);
        all.put("patterns", patterns);
        all.put("transport", transports);
        all.put("hooks", hooks);
        return RouteConfig.of(all, Origin.of(source, "protocols." + name));
    }
}
