package dev.refractium.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads {@code [server]}, by the keys of {@link ServerConfig}. */
final class ServerReader {
    /** The keys that may stand at the file's top instead. */
    static final List<String> AT_TOP = List.of("fallback_tcp", "fallback_udp");

    private final Section top;
    private final Section server;
    private final SourceText source;
    private final Path baseDirectory;

    /** @param baseDirectory the directory that relative paths in the file start from */
    ServerReader(Section top, Section server, SourceText source, Path baseDirectory) {
        this.source = source;
        this.top = top;
        this.server = server;
        this.baseDirectory = baseDirectory;
    }

    ServerConfig read() {
        TableReader<ServerConfig> reader = new TableReader<>(ServerConfig.KEYS, server)
                .by("health", key -> HealthReader.read(server, key, source))
                .by("resolvers", this::resolvers)
                .by("control", this::control)
                .by("control_read", this::controlRead)
                .by("plugins_dir", this::pluginsDir)
                .by("state_dir", this::stateDir)
                .by("hooks", key -> HooksReader.given(server));
        Map<String, Object> values = reader.values();
        server.refuseUnknown(ServerConfig.KEYS.names());
        Origin origin = server.origin();
        for (String key : AT_TOP) {
            origin = fromTop(key, origin, values);
        }
        return reader.accepted(origin);
    }

    private Optional<Resolvers> resolvers(String key) {
        List<String> texts = server.distinct(key);
        try {
            return texts.isEmpty() ? Optional.empty() : Optional.of(Resolvers.parse(texts));
        } catch (IllegalArgumentException e) {
            server.problem(key, Objects.requireNonNull(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<String> control(String key) {
        Optional<String> text = server.string(key);
        return text.filter(ControlConfig::isPath).isPresent()
                ? path(key, text.get(), "a socket's path, \"auto\" or \"off\"").map(Path::toString)
                : text;
    }

    private Optional<String> controlRead(String key) {
        return server.string(key)
                .flatMap(text -> path(key, text, "a socket's path, or remove the key"))
                .map(Path::toString);
    }

    private Optional<Path> pluginsDir(String key) {
        return server.string(key)
                .flatMap(path -> path(key, path, "a directory, or remove the key to use the installation's own"));
    }

    private Optional<String> stateDir(String key) {
        Optional<String> text = server.string(key);
        return text.filter(Directories::isPath).isPresent()
                ? path(key, text.get(), "a directory, \"auto\" or \"off\"").map(Path::toString)
                : text;
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

    private Origin fromTop(String key, Origin origin, Map<String, Object> values) {
        if (!top.has(key)) {
            return origin;
        }
        Destination fallback = ServersReader.destination(top, key);
        String place = top.origin().at(key);
        if (origin.has(key)) {
            top.problem(key, "is also said in [server] (" + origin.at(key) + "); keep one of the two");
        } else if (!fallback.isEmpty()) {
            values.put(key, fallback);
        }
        return origin.has(key) ? origin : origin.and(key, place);
    }
}
