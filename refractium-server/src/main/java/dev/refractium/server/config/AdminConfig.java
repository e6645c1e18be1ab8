package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The {@code [admin]} table: where the command line serves metrics by HTTP, and what they may cost.
 *
 * @param bind an IP literal without brackets, or "localhost"
 * @param port 0: any free one
 * @param hosts the names by which requests may call this machine, beside IP literals and "localhost"
 * @param maxSeries how many routes, and how many backends, have series of their own
 * @param origin where the keys were written
 */
public record AdminConfig(
        @Key(value = "bind", initial = "127.0.0.1") String bind,

        @Key(value = "port", initial = "9464", max = "65535")
        int port,

        @Key("hosts") List<String> hosts,

        @Key(value = "max_series", initial = "20000", min = "10", max = "1000000")
        int maxSeries,

        Origin origin) {
    static final Keys<AdminConfig> KEYS = new Keys<>(AdminConfig.class);

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");

    /** @throws InvalidValueException naming the key whose value is refused */
    public AdminConfig {
        hosts = List.copyOf(hosts);
        KEYS.check(bind, port, hosts, maxSeries);
        ServerListener.checkBind(bind);
        for (String host : hosts) {
            if (!HOST.matcher(host).matches()) {
                throw new InvalidValueException(
                        "hosts", Escape.quoted(host) + " is no host name; write it without a port");
            }
        }
    }

    /** Returns a table whose keys all have their defaults. */
    public static AdminConfig defaults() {
        return KEYS.make(Map.of(), Origin.of("defaults", "admin"));
    }

    /** Reads the table. */
    static AdminConfig read(Section table) {
        TableReader<AdminConfig> reader = new TableReader<>(KEYS, table);
        reader.values();
        table.refuseUnknown(KEYS.names());
        return reader.accepted(table.origin());
    }
}
