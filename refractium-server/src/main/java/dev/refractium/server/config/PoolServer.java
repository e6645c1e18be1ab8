package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One server of a pool: its address, and what it takes of the pool's sessions. The file has it as a string, the address
 * alone, or as a table.
 *
 * @param weight its share of sessions, beside the weights of the pool's other servers
 * @param backup whether it gets sessions only while none of the other servers can
 * @param id what the policies that choose by the client know the server by; empty: its address as written
 */
public record PoolServer(
        @Key(value = "address", initial = Key.REQUIRED) Endpoint address,

        @Key(value = "weight", initial = "1", min = "1", max = "1000")
        int weight,

        @Key(value = "backup", initial = "false") boolean backup,
        @Key("id") Optional<String> id) {
    static final Keys<PoolServer> KEYS = new Keys<>(PoolServer.class);

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /** @throws InvalidValueException naming the key whose value is refused */
    public PoolServer {
        KEYS.check(address, weight, backup, id);
        id.filter(text -> !ID.matcher(text).matches()).ifPresent(text -> {
            throw new InvalidValueException(
                    "id", Escape.quoted(text) + " is no id; write letters, digits, _ . and -, at most 64");
        });
    }

    /** Returns a server with the default of every other key. */
    public static PoolServer at(Endpoint address) {
        return of(Map.of("address", address));
    }

    /**
     * Makes a server from a builder's values.
     *
     * @param values key to value, with the types of this record's components
     * @throws InvalidValueException naming the key whose value is refused
     */
    public static PoolServer of(Map<String, ?> values) {
        return KEYS.make(values, Origin.of("defaults", "servers"));
    }

    /** Returns its id, or else its address as written. */
    public String identity() {
        return id.orElseGet(address::toString);
    }

    /** Returns its address as written. */
    @Override
    public String toString() {
        return address.toString();
    }
}
