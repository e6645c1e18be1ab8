package dev.refractium.server.cli;

import dev.refractium.server.RouteBuilder;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.InvalidValueException;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One {@code -f}: sessions of a protocol, and of some attributes if there are any, go to a backend. */
record Forward(Target target, Endpoint backend) {
    /** The name, the brackets' content, the backend, which may have brackets of its own. */
    private static final Pattern PARTS = Pattern.compile("(?s)([^\\[=]*)(?:\\[(.*)])?=(.*)");

    private static final String FORM = "; write name=host:port or name[attribute=value,...]=host:port";

    /**
     * What a route takes.
     *
     * @param name canonical
     * @param match attribute to values, sorted by attribute
     */
    record Target(String name, Map<String, List<String>> match) {
        @Override
        public String toString() {
            return match.isEmpty()
                    ? name
                    : match.entrySet().stream()
                            .flatMap(entry -> entry.getValue().stream().map(value -> entry.getKey() + "=" + value))
                            .collect(Collectors.joining(",", name + "[", "]"));
        }
    }

    /** A target with the backends of all its flags. */
    record Route(Target target, List<Endpoint> backends) {
        RouteBuilder fill(RouteBuilder route) {
            target.match().forEach((attribute, values) -> route.match(attribute, values.toArray(String[]::new)));
            return route.to(backends.stream().map(Endpoint::toString).toArray(String[]::new));
        }
    }

    /**
     * Parses the value of {@code -f}.
     *
     * @throws IllegalArgumentException with what was found and what is expected
     */
    static Forward parse(String text) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(Escape.quoted(text) + " is no route" + FORM);
        }
        String name = parts.group(1);
        Map<String, List<String>> match = parts.group(2) == null ? Map.of() : match(parts.group(2), text);
        String backend = parts.group(3);
        try {
            return new Forward(new Target(RouteConfig.canonical(name), match), Endpoint.parse(backend));
        } catch (InvalidValueException e) {
            throw new IllegalArgumentException(e.detail() + FORM, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + "; found in " + Escape.quoted(text), e);
        }
    }

    /** Returns the routes of these flags, in the order in which each was first named. */
    static List<Route> routes(List<Forward> forwards) {
        Map<Target, List<Endpoint>> backends = new LinkedHashMap<>();
        for (Forward forward : forwards) {
            backends.computeIfAbsent(forward.target, target -> new ArrayList<>())
                    .add(forward.backend);
        }
        return backends.entrySet().stream()
                .map(entry -> new Route(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Map<String, List<String>> match(String attributes, String text) {
        Map<String, List<String>> match = new TreeMap<>();
        for (String attribute : attributes.split(",", -1)) {
            int equals = attribute.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        Escape.quoted(attribute) + " in " + Escape.quoted(text) + " is no attribute" + FORM);
            }
            match.computeIfAbsent(attribute.substring(0, equals), name -> new ArrayList<>())
                    .add(attribute.substring(equals + 1));
        }
        return match;
    }

    /** Calls {@link #parse} for picocli. */
    static final class Converter implements ITypeConverter<Forward> {
        @Override
        public Forward convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(Objects.requireNonNull(e.getMessage()));
            }
        }
    }
}
