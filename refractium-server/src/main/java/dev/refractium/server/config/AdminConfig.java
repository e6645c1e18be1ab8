package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The {@code [admin]} table: where the command line serves metrics and the page by HTTP, and what they may cost.
 *
 * @param bind an IP literal without brackets, or "localhost"
 * @param port 0: any free one
 * @param hosts the names by which requests may call this machine, beside IP literals and "localhost"
 * @param maxSeries how many routes, and how many backends, have series of their own
 * @param page the page, served beside the metrics
 * @param origin where the keys were written
 */
public record AdminConfig(
        @Key(value = "bind", initial = "127.0.0.1") String bind,

        @Key(value = "port", initial = "9464", max = "65535")
        int port,

        @Key("hosts") List<String> hosts,

        @Key(value = "max_series", initial = "20000", min = "10", max = "1000000")
        int maxSeries,

        PageConfig page,
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
        page.check(isLoopback(bind));
    }

    /** Returns a table whose keys all have their defaults. */
    public static AdminConfig defaults() {
        return KEYS.make(Map.of(), Origin.of("defaults", "admin"));
    }

    /** Returns whether the page is served. */
    public boolean hasPage() {
        return page.isServed(isLoopback(bind));
    }

    private static boolean isLoopback(String bind) {
        return bind.equals("localhost")
                || HostName.address(bind).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    /** Reads the table. */
    static AdminConfig read(Section table) {
        TableReader<AdminConfig> reader = new TableReader<>(KEYS, table)
                .by("token_file", key -> table.string(key).flatMap(text -> path(table, key, text)));
        reader.values();
        table.refuseUnknown(KEYS.names());
        return reader.accepted(table.origin());
    }

    private static Optional<Path> path(Section table, String key, String text) {
        if (text.isBlank() || text.indexOf('\0') >= 0) {
            table.problem(key, "is not a path; write the file that has the token");
            return Optional.empty();
        }
        return Optional.of(Path.of(text));
    }
}
