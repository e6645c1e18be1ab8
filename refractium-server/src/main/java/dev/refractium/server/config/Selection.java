package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which sessions of a protocol a route takes.
 *
 * @param match attribute to the values that fit, each exact, {@code *.suffix}, or "" for proved absence; a session must
 *     fit one value of every named attribute. Host names are lower-case A-labels; sorted by attribute
 * @param patterns alternative magic bytes; if there are any, the route has a protocol of its own
 * @param serverFirst whether the route takes silent clients; empty: as the protocol declares
 * @param transports empty: those of the protocol
 * @param listeners names of the listeners whose sessions it takes; empty: of all
 * @param clients networks of the clients whose sessions it takes; empty: of all
 */
public record Selection(
        @Key("match") Map<String, List<String>> match,
        @Key("patterns") List<PatternConfig> patterns,
        @Key("server_first") Optional<Boolean> serverFirst,
        @Key("transport") Set<Transport> transports,
        @Key("listeners") List<String> listeners,
        @Key("clients") Optional<Prefixes> clients) {
    /** @throws InvalidValueException naming the key that is wrong or contradicts another */
    public Selection {
        match = normalised(match);
        patterns = List.copyOf(patterns);
        transports = transports.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(transports));
        listeners = ListenerConfig.checkedNames(listeners);
        Keys.requireDistinct("patterns", patterns);
        checkTogether(match, patterns, serverFirst, transports);
    }

    /** Returns whether both may get sessions of one listener and one transport; a route that names none may be on any. */
    boolean meets(Selection other) {
        return overlap(transports, other.transports) && meetsListenersOf(other);
    }

    /** Returns whether it takes sessions of the listener of this name. */
    public boolean isOn(String listener) {
        return listeners.isEmpty() || listeners.contains(listener);
    }

    /** Returns whether both may get sessions of one listener. */
    public boolean meetsListenersOf(Selection other) {
        return overlap(listeners, other.listeners);
    }

    /**
     * Returns a network or a file of clients that both name, so that neither route takes its sessions before the other;
     * "" if neither asks for clients, and empty if only one does, or both name others.
     */
    public Optional<String> clientsSharedWith(Selection other) {
        if (clients.isEmpty() || other.clients.isEmpty()) {
            return clients.equals(other.clients) ? Optional.of("") : Optional.empty();
        }
        return clients.get().sharedWith(other.clients.get());
    }

    /** Returns whether it takes sessions wherever {@code other} does. */
    boolean isWhereverIs(Selection other) {
        return spans(transports, other.transports, Transport.values().length)
                && spans(listeners, other.listeners, Integer.MAX_VALUE);
    }

    /**
     * Returns what is asked, for the names of routes: {@code [sni=@sites.map,alpn=h2|h3,clients=10.0.0.0/8]@edge}; nothing
     * if nothing is asked.
     */
    String label(Optional<DestinationMap> map) {
        StringBuilder label = new StringBuilder();
        map.ifPresent(asked -> separated(label).append(asked));
        match.forEach((attribute, values) ->
                separated(label).append(attribute).append('=').append(String.join("|", values)));
        clients.ifPresent(prefixes -> separated(label).append("clients=").append(prefixes));
        if (!label.isEmpty()) {
            label.append(']');
        }
        return listeners.isEmpty()
                ? label.toString()
                : label.append('@').append(String.join("|", listeners)).toString();
    }

    private static StringBuilder separated(StringBuilder label) {
        return label.append(label.isEmpty() ? '[' : ',');
    }

    private static boolean overlap(Collection<?> some, Collection<?> others) {
        return some.isEmpty() || others.isEmpty() || !Collections.disjoint(some, others);
    }

    private static boolean spans(Collection<?> some, Collection<?> others, int all) {
        return some.isEmpty() || some.size() == all || (!others.isEmpty() && some.containsAll(others));
    }

    private static void checkTogether(
            Map<String, List<String>> match,
            List<PatternConfig> patterns,
            Optional<Boolean> serverFirst,
            Set<Transport> transports) {
        if (!patterns.isEmpty() && !match.isEmpty()) {
            throw new InvalidValueException(
                    "patterns", "magic bytes carry no attribute; remove the patterns or what is asked of attributes");
        }
        if (serverFirst.orElse(false) && !match.isEmpty()) {
            throw new InvalidValueException(
                    "server_first",
                    "a silent client has shown no attribute; remove this or what is asked of attributes");
        }
        if (serverFirst.orElse(false) && transports.equals(Set.of(Transport.UDP))) {
            throw new InvalidValueException(
                    "server_first", "a UDP session begins with a datagram of the client; remove this, or use TCP");
        }
    }

    private static Map<String, List<String>> normalised(Map<String, List<String>> match) {
        Map<String, List<String>> sorted = new TreeMap<>();
        match.forEach((attribute, values) -> sorted.put(attribute, normalised(attribute, values)));
        return Collections.unmodifiableMap(sorted);
    }

    private static List<String> normalised(String attribute, List<String> values) {
        List<String> all = new ArrayList<>();
        try {
            AttributeValue.checkName(attribute);
            for (String value : values) {
                all.add(AttributeValue.normalise(attribute, value));
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(attribute, Objects.requireNonNull(e.getMessage()));
        }
        if (all.isEmpty()) {
            throw new InvalidValueException(
                    attribute, "is empty; leave it out, or write \"\" for a session without one");
        }
        Keys.requireDistinct(attribute, all);
        return List.copyOf(all);
    }
}
