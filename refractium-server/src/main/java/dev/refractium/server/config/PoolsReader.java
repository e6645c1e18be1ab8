package dev.refractium.server.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code [pools.NAME]} tables, by the keys of {@link PoolConfig}. */
final class PoolsReader {
    private PoolsReader() {}

    /** Returns the tables by their names. */
    static Map<String, PoolConfig> tables(Section top, SourceText source) {
        Map<String, PoolConfig> pools = new HashMap<>();
        top.table("pools", "[pools.NAME], one for each pool").ifPresent(all -> {
            for (String name : all.keys()) {
                if (isName(name, all)) {
                    all.table(name, "a table, [pools.NAME]")
                            .flatMap(table -> read(table, source))
                            .ifPresent(pool -> pools.put(name, pool));
                }
            }
        });
        return pools;
    }

    private static boolean isName(String name, Section all) {
        try {
            PoolConfig.checkName(name, name);
            return true;
        } catch (InvalidValueException e) {
            all.problem(name, e.detail());
            return false;
        }
    }

    private static Optional<PoolConfig> read(Section table, SourceText source) {
        TableReader<PoolConfig> reader =
                new TableReader<>(PoolConfig.KEYS, table).by("health", key -> HealthReader.read(table, key, source));
        boolean whole = reader.values().containsKey("servers");
        if (!table.has("servers")) {
            table.missing("servers", "is missing; write the backends, as [\"host:port\"]");
        }
        table.refuseUnknown(PoolConfig.KEYS.names());
        return whole ? reader.acceptedWhole(table.origin()) : Optional.empty();
    }
}
