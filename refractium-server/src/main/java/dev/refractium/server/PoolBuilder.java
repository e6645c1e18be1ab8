package dev.refractium.server;

import dev.refractium.server.config.Destination;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.PoolConfig;
import dev.refractium.server.config.PoolServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One pool of a {@link RefractiumBuilder}, with the keys of a {@code [pools.NAME]} table. One thread. */
public final class PoolBuilder extends PoolKeys<PoolBuilder> {
    private final String name;
    private final List<PoolServer> servers = new ArrayList<>();
    private final Map<String, Object> values = new HashMap<>();

    PoolBuilder(String name) {
        this.name = name;
    }

    /**
     * Adds servers, as {@code host:port}, {@code [v6]:port} or {@code unix:/path}.
     *
     * @throws IllegalArgumentException if one is not an address
     */
    public PoolBuilder to(String... addresses) {
        servers.addAll(Destination.parse(List.of(addresses)).servers());
        return this;
    }

    /**
     * Adds a server with keys of its own.
     *
     * @param address as {@link #to} takes it
     * @param server sets it up, such as {@code s -> s.weight(3)}
     * @throws IllegalArgumentException if that is not an address, or a value is refused
     */
    public PoolBuilder to(String address, UnaryOperator<ServerBuilder> server) {
        servers.add(server.apply(new ServerBuilder(Endpoint.parse(address))).build());
        return this;
    }

    @Override
    PoolBuilder set(String key, Object value) {
        values.put(key, value);
        return this;
    }

    PoolConfig build(String source) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("servers", servers);
        return PoolConfig.of(name, all, source);
    }
}
