package dev.refractium.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads {@code [server]}, by the keys of {@link ServerConfig}. */
final class ServerReader {
    /** The keys that may stand at the file's top instead. */
    static final List<String> AT_TOP = List.of("fallback_tcp", "fallback_udp");

    private static final Keys<ServerConfig> KEYS = ServerConfig.KEYS;
    private static final Set<Class<?>> NUMBERS = Set.of(int.class, long.class, OptionalInt.class, Duration.class);

    private final Section top;
    private final Section server;
    private final Path baseDirectory;
    private final Map<String, Object> values = new HashMap<>();

    /** @param baseDirectory what a relative path in the file starts from */
    ServerReader(Section top, Section server, Path baseDirectory) {
        this.top = top;
        this.server = server;
        this.baseDirectory = baseDirectory;
    }

    ServerConfig read() {
        for (String key : KEYS.names()) {
            value(key).ifPresent(value -> values.put(key, value));
        }
        server.refuseUnknown(KEYS.names());
        Origin origin = server.origin();
        for (String key : AT_TOP) {
            origin = fromTop(key, origin);
        }
        return accepted(origin);
    }

    private Optional<?> value(String key) {
        Class<?> type = KEYS.typeOf(key);
        if (NUMBERS.contains(type)) {
            return server.integer(key);
        }
        if (type == boolean.class) {
            return server.bool(key);
        }
        if (type == HealthConfig.class) {
            return health(key);
        }
        if (key.equals("hooks")) {
            return Optional.of(HooksReader.names(server)).filter(names -> !names.isEmpty());
        }
        if (type == List.class) {
            return Optional.of(server.endpoints(key)).filter(endpoints -> !endpoints.isEmpty());
        }
        Optional<String> text = server.string(key);
        if (key.equals("control")) {
            return text.filter(ServerConfig::isControlPath).isPresent()
                    ? path(key, text.get(), "a socket's path, \"auto\" or \"off\"")
                            .map(Path::toString)
                    : text;
        }
        return type == Optional.class
                ? text.flatMap(path -> path(key, path, "a directory, or remove the key to use the installation's own"))
                : text;
    }

    private Optional<HealthConfig> health(String key) {
        if (server.value(key).orElse(null) instanceof String) {
            return server.word(key, List.of(HealthConfig.OFF_WORD)).map(off -> HealthConfig.OFF);
        }
        Optional<Section> table = server.table(key, "\"off\" or a table, as " + HealthConfig.DEFAULT);
        table.ifPresent(found -> found.refuseUnknown(HealthConfig.KEYS.names()));
        return table.flatMap(found -> found.integer("interval_ms"))
                .map(ms -> HealthConfig.every(Duration.ofMillis(ms)));
    }

    private Optional<Path> path(String key, String text, String wanted) {
        try {
            if (text.isBlank()) {
                server.problem(key, "is empty; write " + wanted);
                return Optional.empty();
            }
            return Optional.of(baseDirectory.resolve(text).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            server.problem(key, "is not a path; write " + wanted);
            return Optional.empty();
        }
    }

    private Origin fromTop(String key, Origin origin) {
        if (!top.has(key)) {
            return origin;
        }
        List<Endpoint> endpoints = top.endpoints(key);
        String place = top.origin().at(key);
        if (origin.has(key)) {
            top.problem(key, "is also said in [server] (" + origin.at(key) + "); keep one of the two");
        } else if (!endpoints.isEmpty()) {
            values.put(key, endpoints);
        }
        return origin.has(key) ? origin : origin.and(key, place);
    }

    /** The record says what is wrong, one value at a time; without that value it says what else is. */
    private ServerConfig accepted(Origin origin) {
        Set<String> said = new HashSet<>(values.keySet());
        for (int attempt = 0; attempt <= said.size(); attempt++) {
            try {
                return ServerConfig.defaults().with(values, origin);
            } catch (InvalidValueException e) {
                server.problem(e.key(), e.detail());
                values.remove(e.key());
            }
        }
        throw new IllegalStateException("refused with no value left: " + said);
    }
}
