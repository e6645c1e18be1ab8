package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A {@code [pools.NAME]} table: backends that routes and fallbacks name together, as {@code pool:NAME}.
 *
 * @param servers the backends, balanced; not empty
 * @param origin where the keys were written
 */
public record PoolConfig(
        @Key(value = "servers", initial = Key.REQUIRED) List<Endpoint> servers, Origin origin) {
    static final Keys<PoolConfig> KEYS = new Keys<>(PoolConfig.class);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    /** @throws InvalidValueException naming the key whose value is refused */
    public PoolConfig {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new InvalidValueException("servers", "names no backend; write host:port");
        }
        Keys.requireDistinct("servers", servers);
    }

    /**
     * Makes a pool from a builder's values.
     *
     * @throws InvalidValueException naming the key that is wrong
     */
    public static PoolConfig of(String name, List<String> servers, String source) {
        checkName("pools", name);
        try {
            List<Endpoint> endpoints = servers.stream().map(Destination::server).toList();
            return new PoolConfig(endpoints, Origin.of(source, "pools." + name));
        } catch (InvalidValueException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException("servers", String.valueOf(e.getMessage()));
        }
    }

    static void checkName(String key, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidValueException(
                    key, Escape.quoted(name) + " is no pool's name; write lower-case letters, digits, _ and -");
        }
    }
}
