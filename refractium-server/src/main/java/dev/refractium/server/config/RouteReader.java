package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads one {@code [[protocols]]} table, by the keys of {@link RouteConfig}. */
final class RouteReader {
    /** The keys, in the order in which they are told. */
    static final List<String> KNOWN = known();

    private final Section section;
    private final Report report;
    private final SourceText source;

    RouteReader(Section section, Report report, SourceText source) {
        this.section = section;
        this.report = report;
        this.source = source;
    }

    /** The route; empty where it is too wrong to say what it would take, which {@code report} knows. */
    Optional<RouteConfig> read() {
        List<Endpoint> forwardTo = section.endpoints("forward_to");
        if (!section.has("forward_to")) {
            section.missing("forward_to", "is missing; write the backends, as [\"host:port\"]");
        }
        int before = report.found();
        String name = name().orElse("");
        List<PatternConfig> patterns = new PatternReader(section, source).read();
        Map<String, List<String>> match = new MatchReader(section).read();
        Set<Transport> transports = transports();
        boolean clear = report.found() == before && !name.isEmpty() && !forwardTo.isEmpty();
        Optional<Boolean> serverFirst = section.bool("server_first");
        OnFailure onIncomplete = onFailure("on_incomplete");
        OnFailure onUnhealthy = onFailure("on_unhealthy");
        boolean retry = section.bool("retry").orElse(true);
        OnRemoved onRemoved = onRemoved();
        List<String> hooks = HooksReader.names(section);
        section.refuseUnknown(KNOWN);
        Origin origin = section.origin();
        return clear
                ? accepted(() -> new RouteConfig(
                        name,
                        forwardTo,
                        match,
                        patterns,
                        serverFirst,
                        transports,
                        onIncomplete,
                        onUnhealthy,
                        retry,
                        onRemoved,
                        hooks,
                        origin))
                : Optional.empty();
    }

    private Optional<RouteConfig> accepted(Supplier<RouteConfig> route) {
        try {
            return Optional.of(route.get());
        } catch (InvalidValueException e) {
            section.problem(e.key(), e.detail());
            return Optional.empty();
        }
    }

    private Optional<String> name() {
        if (!section.has("name")) {
            section.missing("name", "is missing; write the protocol's name, as \"http\"");
        }
        try {
            return section.string("name").map(RouteConfig::canonical);
        } catch (InvalidValueException e) {
            section.problem("name", e.detail());
            return Optional.empty();
        }
    }

    private Set<Transport> transports() {
        return section.word("transport", List.of("tcp", "udp", "both"))
                .<Set<Transport>>map(word -> word.equals("both")
                        ? EnumSet.allOf(Transport.class)
                        : EnumSet.of(Transport.valueOf(word.toUpperCase(Locale.ROOT))))
                .orElse(Set.of());
    }

    private OnFailure onFailure(String key) {
        return section.word(key, List.of("close", "fallback"))
                .map(word -> OnFailure.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(OnFailure.CLOSE);
    }

    private OnRemoved onRemoved() {
        return section.word("on_removed", List.of("keep", "close"))
                .map(word -> OnRemoved.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(OnRemoved.KEEP);
    }

    private static List<String> known() {
        List<String> known = new ArrayList<>(RouteConfig.KEYS.names());
        known.addAll(AttributeValue.SHORTHANDS);
        return List.copyOf(known);
    }
}
