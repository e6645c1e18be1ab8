package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.tomlj.TomlTable;

/** Reads one {@code [[protocols]]} table, by the keys of {@link RouteConfig}. */
final class RouteReader {
    /** The keys, in the order of messages. */
    static final List<String> KNOWN = known();

    private final Section section;
    private final Problems problems;
    private final SourceText source;
    private boolean clear = true;

    RouteReader(Section section, Problems problems, SourceText source) {
        this.section = section;
        this.problems = problems;
        this.source = source;
    }

    /** Returns the route; empty if its conditions are unclear, which has been reported. */
    Optional<RouteConfig> read() {
        TableReader<RouteConfig> reader = new TableReader<>(RouteConfig.KEYS, section)
                .by("name", key -> decisive(() -> name(key)))
                .by("forward_to", this::forwardTo)
                .by("match", key -> decisive(() -> Optional.of(new MatchReader(section).read())))
                .by("patterns", key -> decisive(() -> Optional.of(new PatternReader(section, source, key).read())))
                .by("health", key -> HealthReader.read(section, key, source))
                .by("transport", key -> decisive(() -> Transports.read(section, key)))
                .by("listeners", key -> decisive(() -> ListenersReader.names(section)))
                .by("hooks", key -> HooksReader.given(section));
        Map<String, Object> values = reader.values();
        section.refuseUnknown(KNOWN);
        boolean whole = clear && values.containsKey("name") && values.containsKey("forward_to");
        return whole ? reader.acceptedWhole(section.origin()) : Optional.empty();
    }

    /** Reads a key without which the route's conditions would be unclear. */
    private <T> Optional<T> decisive(Supplier<Optional<T>> read) {
        int before = problems.found();
        Optional<T> value = read.get();
        clear &= problems.found() == before;
        return value;
    }

    private Optional<Destination> forwardTo(String key) {
        if (!section.has(key)) {
            section.missing(key, "is missing; write the backends, as [\"host:port\"]");
        }
        boolean map = section.value(key).orElse(null) instanceof TomlTable table && table.contains(List.of("map"));
        Optional<Destination> destination = map
                ? section.table(key, "a map").flatMap(RouteReader::map).map(Destination::toMap)
                : Optional.of(ServersReader.destination(section, key));
        return destination.filter(named -> !named.isEmpty());
    }

    private static Optional<DestinationMap> map(Section table) {
        table.refuseUnknown(List.of("map", "key"));
        Optional<String> file = table.string("map");
        Optional<String> key = table.string("key");
        if (file.isEmpty() || (table.has("key") && key.isEmpty())) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DestinationMap(path(file.get()), key));
        } catch (InvalidPathException e) {
            table.problem("map", Escape.quoted(file.get()) + " is not a path; write a file, as \"sites.map\"");
        } catch (IllegalArgumentException e) {
            table.problem("key", Objects.requireNonNull(e.getMessage()));
        }
        return Optional.empty();
    }

    private static Path path(String text) {
        if (text.isBlank()) {
            throw new InvalidPathException(text, "empty");
        }
        return Path.of(text);
    }

    private Optional<String> name(String key) {
        if (!section.has(key)) {
            section.missing(key, "is missing; write the protocol's name, as \"http\"");
        }
        try {
            return section.string(key).map(RouteConfig::canonical);
        } catch (InvalidValueException e) {
            section.problem(key, e.detail());
            return Optional.empty();
        }
    }

    private static List<String> known() {
        List<String> known = new ArrayList<>(RouteConfig.KEYS.names());
        known.addAll(AttributeValue.SHORTHANDS);
        return List.copyOf(known);
    }
}
