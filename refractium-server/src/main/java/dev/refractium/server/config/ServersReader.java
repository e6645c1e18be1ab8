package dev.refractium.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Reads the servers that a key lists, each as a string or as a table, and the keys that may name a pool instead. */
final class ServersReader {
    private static final String WANTED = "an address in quotes, or a table, as { address = \"host:port\", weight = 2 }";

    private final Section section;
    private final String key;
    private final List<PoolServer> servers = new ArrayList<>();
    private final Set<Endpoint> addresses = new HashSet<>();

    private ServersReader(Section section, String key) {
        this.section = section;
        this.key = key;
    }

    /** Returns a pool by its name, or the readable servers, each once; nowhere if the key is missing. */
    static Destination destination(Section section, String key) {
        Object value = section.value(key).orElse(null);
        return value instanceof String text && Destination.isPool(text)
                ? Destination.parse(List.of(text))
                : Destination.to(servers(section, key));
    }

    /** Returns the readable servers of a key, each once. */
    static List<PoolServer> servers(Section section, String key) {
        return new ServersReader(section, key).read();
    }

    private List<PoolServer> read() {
        Object value = section.value(key).orElse(null);
        if (value instanceof String text) {
            add(new Section.Text(text, key, section.position(key)));
        } else if (value instanceof TomlTable) {
            section.table(key, WANTED).ifPresent(table -> add(key, table));
        } else if (value instanceof TomlArray array) {
            read(array);
        } else if (value != null) {
            section.wrongType(key, value, "an address in quotes, or an array of them");
        }
        return List.copyOf(servers);
    }

    private void read(TomlArray array) {
        if (array.isEmpty()) {
            section.problem(key, "is an empty array; write at least one server, or remove the key");
        }
        for (int i = 0; i < array.size(); i++) {
            Section.Text text = section.text(key, i, array);
            if (array.get(i) instanceof String) {
                section.replaced(text).ifPresent(this::add);
            } else if (array.get(i) instanceof TomlTable) {
                add(text.key(), section.element(key, i, array));
            } else {
                section.problem(text, Section.mistyped(array.get(i), WANTED));
            }
        }
    }

    private void add(Section.Text text) {
        try {
            PoolServer server = PoolServer.at(Destination.server(text.value()));
            if (addresses.add(server.address())) {
                servers.add(server);
            } else {
                section.problem(text, server + " is listed twice; remove one");
            }
        } catch (IllegalArgumentException e) {
            section.problem(text, Objects.requireNonNull(e.getMessage()));
        }
    }

    private void add(String name, Section table) {
        TableReader<PoolServer> reader =
                new TableReader<>(PoolServer.KEYS, table).by("address", address -> address(table, address));
        boolean whole = reader.values().containsKey("address");
        if (!table.has("address")) {
            table.missing("address", "is missing; write the server's, as \"host:port\"");
        }
        table.refuseUnknown(PoolServer.KEYS.names());
        Optional<PoolServer> read = whole ? reader.acceptedWhole(table.origin()) : Optional.empty();
        read.ifPresent(server -> {
            if (addresses.add(server.address())) {
                servers.add(server);
            } else {
                table.problem("address", server + " is listed twice in " + name + "; remove one");
            }
        });
    }

    private static Optional<Endpoint> address(Section table, String key) {
        try {
            return table.string(key).map(Destination::server);
        } catch (IllegalArgumentException e) {
            table.problem(key, Objects.requireNonNull(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Refuses the second server of an address or of an identity. */
    static void requireDistinct(String key, List<PoolServer> servers) {
        Keys.requireDistinct(key, servers.stream().map(PoolServer::address).toList());
        Map<String, PoolServer> byIdentity = new HashMap<>();
        for (PoolServer server : servers) {
            PoolServer same = byIdentity.putIfAbsent(server.identity(), server);
            if (same != null) {
                throw new InvalidValueException(key, same + " and " + server + " have the same id; give each another");
            }
        }
    }
}
