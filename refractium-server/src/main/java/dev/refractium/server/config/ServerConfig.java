package dev.refractium.server.config;

import java.util.Map;
import java.util.Set;

/**
 * The {@code [server]} table, by themes. docs/configuration/server.md describes each key.
 *
 * @param origin where the keys were written
 */
public record ServerConfig(
        ServerListener listener,
        PeekConfig peek,
        Limits limits,
        Timeouts timeouts,
        ProcessConfig process,
        Origin origin) {
    static final Keys<ServerConfig> KEYS = new Keys<>(ServerConfig.class);

    /** Returns an empty table: every key has its default. */
    public static ServerConfig defaults() {
        return KEYS.make(Map.of(), Origin.of("defaults", "server"));
    }

    /** Returns the keys of the table, in the order of these records. */
    public static Set<String> keys() {
        return KEYS.names();
    }

    /**
     * Returns a copy with other values, from a flag or the builder.
     *
     * @param values key to value: numbers as Long, durations as Duration, sizes as {@link Size}, Boolean, String;
     *     {@code plugins_dir} as an absolute Path, {@code health} as a {@link HealthConfig}, fallbacks as lists of
     *     {@link Endpoint}
     * @param origin where all keys were written, including those of {@code values}
     * @throws InvalidValueException naming the first key whose value is refused
     */
    public ServerConfig with(Map<String, ?> values, Origin origin) {
        return KEYS.copy(this, values, origin);
    }
}
