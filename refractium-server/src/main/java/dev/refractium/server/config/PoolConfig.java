package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A {@code [pools.NAME]} table: servers that routes and fallbacks name together, as {@code pool:NAME}.
 *
 * @param servers the backends; not empty
 * @param origin where the keys were written
 */
public record PoolConfig(
        @Key(value = "servers", initial = Key.REQUIRED) List<PoolServer> servers, PoolRules rules, Origin origin) {
    static final Keys<PoolConfig> KEYS = new Keys<>(PoolConfig.class);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    /** @throws InvalidValueException naming the key whose value is refused */
    public PoolConfig {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new InvalidValueException("servers", "names no backend; write host:port");
        }
        ServersReader.requireDistinct("servers", servers);
        rules.balance().check("servers", servers);
    }

    /**
     * Makes a pool from a builder's values.
     *
     * @param values key to value, with the types of these records' components
     * @throws InvalidValueException naming the key that is missing, or whose value is refused
     */
    public static PoolConfig of(String name, Map<String, ?> values, String source) {
        checkName("pools", name);
        Origin origin = Origin.of(source, "pools." + name);
        return KEYS.make(values, origin);
    }

    static void checkName(String key, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidValueException(
                    key, Escape.quoted(name) + " is no pool's name; write lower-case letters, digits, _ and -");
        }
    }
}
