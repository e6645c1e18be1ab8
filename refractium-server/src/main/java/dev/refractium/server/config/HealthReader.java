package dev.refractium.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the key {@code health} of a table: a word, or a table by the keys of {@link HealthConfig}. */
final class HealthReader {
    /** The checks that need no further key. */
    private static final List<CheckKind> SHORT =
            List.of(CheckKind.TCP, CheckKind.TLS, CheckKind.PROTOCOL, CheckKind.OFF);

    private static final List<String> WORDS =
            SHORT.stream().map(HealthConfig::word).toList();

    private final Section table;
    private final SourceText source;

    private HealthReader(Section table, SourceText source) {
        this.table = table;
        this.source = source;
    }

    /** Returns the value of {@code key}; empty if it is not set or not readable. */
    static Optional<HealthConfig> read(Section table, String key, SourceText source) {
        if (table.isString(key)) {
            return table.word(key, WORDS).map(word -> HealthConfig.of(SHORT.get(WORDS.indexOf(word))));
        }
        return table.table(key, "\"off\", \"protocol\" or a table, as { interval = \"5s\" }")
                .map(health -> new HealthReader(health, source).table());
    }

    private HealthConfig table() {
        TableReader<HealthConfig> reader = new TableReader<>(HealthConfig.KEYS, table)
                .by("send", this::send)
                .by("send_file", key -> table.string(key).flatMap(path -> path(key, path)))
                .by(
                        "expect",
                        key -> Optional.of(new PatternReader(table, source, key).readAny())
                                .filter(patterns -> !patterns.isEmpty()));
        reader.values();
        table.refuseUnknown(HealthConfig.KEYS.names());
        return reader.accepted(table.origin());
    }

    private Optional<String> send(String key) {
        return table.bytes(key)
                .map(text -> HealthExchange.digits(PatternLiteral.decodeValue(source, table.position(key))));
    }

    private Optional<Path> path(String key, String text) {
        if (text.isBlank() || text.indexOf('\0') >= 0) {
            table.problem(key, "is not a path; write the file that has the bytes to send");
            return Optional.empty();
        }
        return Optional.of(Path.of(text));
    }
}
