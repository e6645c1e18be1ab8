package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code forward_to} or a fallback names: a pool of the configuration, the servers of a pool of its own, or a map of
 * such destinations.
 *
 * @param pool the name of a {@code [pools.NAME]} table; empty: {@code servers} are meant
 * @param servers the backends, balanced; empty if a pool is named, or if nothing is
 * @param map the file that says where each name goes; with a pool or servers: this is what lines of that file name
 */
public record Destination(Optional<String> pool, List<PoolServer> servers, Optional<DestinationMap> map) {
    /** Nothing is named. */
    public static final Destination NOWHERE = new Destination(Optional.empty(), List.of(), Optional.empty());

    private static final String SCHEME = "pool:";

    public Destination {
        servers = List.copyOf(servers);
    }

    /** Returns a pool of its own. */
    public static Destination to(List<PoolServer> servers) {
        return servers.isEmpty() ? NOWHERE : new Destination(Optional.empty(), servers, Optional.empty());
    }

    /** Returns the pool of this name. */
    public static Destination toPool(String name) {
        return new Destination(Optional.of(name), List.of(), Optional.empty());
    }

    /** Returns what a map says. */
    public static Destination toMap(DestinationMap map) {
        return new Destination(Optional.empty(), List.of(), Optional.of(map));
    }

    /** Returns the same, as lines of {@code lines} name it. */
    public Destination ofMap(DestinationMap lines) {
        return new Destination(pool, servers, Optional.of(lines));
    }

    /** Returns whether this is a map, of which each session gets one destination. */
    public boolean isMap() {
        return map.isPresent() && pool.isEmpty() && servers.isEmpty();
    }

    /**
     * Reads {@code pool:NAME}, or the addresses of servers.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Destination parse(List<String> texts) {
        if (texts.size() == 1 && isPool(texts.get(0))) {
            return toPool(texts.get(0).substring(SCHEME.length()));
        }
        return to(texts.stream().map(text -> PoolServer.at(server(text))).toList());
    }

    /**
     * Reads the address of one server.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static Endpoint server(String text) {
        if (isPool(text)) {
            throw notAlone(text);
        }
        return Endpoint.parse(text);
    }

    /**
     * Returns the servers of both.
     *
     * @throws IllegalArgumentException if one of them is a pool or a map, and the other something
     */
    public Destination and(Destination other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        if (isMap() || other.isMap()) {
            throw new IllegalArgumentException("a map cannot stand beside other destinations; name it alone");
        }
        if (pool.isPresent() || other.pool.isPresent()) {
            throw notAlone(pool.isPresent() ? toString() : other.toString());
        }
        return to(Stream.concat(servers.stream(), other.servers.stream()).toList());
    }

    private static IllegalArgumentException notAlone(String text) {
        return new IllegalArgumentException(Escape.quoted(text) + " is a pool, which cannot stand beside others;"
                + " name it alone, or list servers as host:port");
    }

    /** Returns whether a text names a pool. {@code pool:80} is port 80 of the host "pool". */
    static boolean isPool(String text) {
        return text.startsWith(SCHEME)
                && text.length() > SCHEME.length()
                && !Character.isDigit(text.charAt(SCHEME.length()));
    }

    /** Returns whether nothing is named. */
    public boolean isEmpty() {
        return pool.isEmpty() && servers.isEmpty() && map.isEmpty();
    }

    /** Returns the pool as {@code pool:NAME}, the servers, or the map as {@link DestinationMap#toString} has it. */
    @Override
    public String toString() {
        if (isMap()) {
            return map.get().toString();
        }
        return pool.map(name -> SCHEME + name)
                .orElseGet(() -> servers.stream().map(PoolServer::toString).collect(Collectors.joining(", ")));
    }
}
