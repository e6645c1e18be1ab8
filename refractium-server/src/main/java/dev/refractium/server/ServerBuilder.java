package dev.refractium.server;

import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.PoolServer;
import java.util.HashMap;
import java.util.Map;

/** One server of a pool, with the keys of its table in the file. One thread. */
public final class ServerBuilder {
    private final Map<String, Object> values = new HashMap<>();

    ServerBuilder(Endpoint address) {
        values.put("address", address);
    }

    /** Sets its share of sessions, beside the weights of the pool's other servers, 1 to 1,000; by default, 1. */
    public ServerBuilder weight(int weight) {
        values.put("weight", (long) weight);
        return this;
    }

    /** Sets whether it gets sessions only while none of the other servers can; off by default. */
    public ServerBuilder backup(boolean backup) {
        values.put("backup", backup);
        return this;
    }

    /** Sets how many sessions it takes at a time, over all of its addresses; by default, any number. */
    public ServerBuilder maxConnections(int sessions) {
        values.put("max_connections", (long) sessions);
        return this;
    }

    /** Sets what policies that choose by the client know it by; by default, its address as written. */
    public ServerBuilder id(String id) {
        values.put("id", id);
        return this;
    }

    PoolServer build() {
        return PoolServer.of(values);
    }
}
