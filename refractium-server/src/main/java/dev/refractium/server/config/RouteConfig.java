package dev.refractium.server.config;

import dev.refractium.api.Transport;
import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One {@code [[protocols]]} table: which sessions go to which backends.
 *
 * @param name the protocol's name: lower case, "-" written as "_"
 * @param forwardTo the backends, balanced; not empty
 * @param match attribute to the values it takes, each exact, {@code *.suffix}, or "" for proved absence; a session must
 *     fit one value of every attribute named. Host names in it are lower-case A-labels; sorted by attribute
 * @param patterns magic bytes, of which one must fit; where there are any, the route makes a protocol of its own
 * @param serverFirst whether the route is reached by a client's silence; empty: what the protocol says of itself
 * @param transports empty: what the protocol speaks
 * @param onIncomplete what becomes of a session of this protocol whose attributes never became readable
 * @param onUnhealthy what becomes of a session when no backend can be reached
 * @param retry whether a first datagram that was refused is sent to another backend, where the protocol allows it
 * @param onRemoved what becomes of its live sessions when a later configuration has no such route
 * @param hooks what its sessions are watched by, beside the server's
 * @param origin where the keys were said
 */
public record RouteConfig(
        @Key("name") String name,
        @Key("forward_to") List<Endpoint> forwardTo,
        @Key("match") Map<String, List<String>> match,
        @Key("patterns") List<PatternConfig> patterns,
        @Key("server_first") Optional<Boolean> serverFirst,
        @Key("transport") Set<Transport> transports,
        @Key("on_incomplete") OnFailure onIncomplete,
        @Key("on_unhealthy") OnFailure onUnhealthy,
        @Key("retry") boolean retry,
        @Key("on_removed") OnRemoved onRemoved,
        @Key("hooks") List<String> hooks,
        Origin origin) {
    static final Keys<RouteConfig> KEYS = new Keys<>(RouteConfig.class);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    /** @throws InvalidValueException naming the key that is wrong or does not go with another */
    public RouteConfig {
        if (!name.equals(canonical(name))) {
            throw new InvalidValueException(
                    "name", Escape.quoted(name) + " is not canonical; write " + canonical(name));
        }
        forwardTo = List.copyOf(forwardTo);
        match = normalised(match);
        patterns = List.copyOf(patterns);
        transports = transports.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(transports));
        if (forwardTo.isEmpty()) {
            throw new InvalidValueException("forward_to", "names no backend; write host:port");
        }
        Keys.requireDistinct("forward_to", forwardTo);
        hooks = HookConfig.checkedNames(hooks);
        Keys.requireDistinct("patterns", patterns);
        checkTogether(match, patterns, serverFirst, transports);
    }

    /**
     * A protocol's name as it is compared: lower case, "-" written as "_".
     *
     * @throws InvalidValueException with the key "name", where it is not of the form {@code [a-z][a-z0-9_]*} even so
     */
    public static String canonical(String name) {
        String canonical = name.toLowerCase(Locale.ROOT).replace('-', '_');
        if (!NAME.matcher(canonical).matches()) {
            throw new InvalidValueException(
                    "name",
                    Escape.quoted(name) + " is no protocol's name; write letters, digits, _ and -, a letter first");
        }
        return canonical;
    }

    /** Whether both can be asked on one transport; a route that names none may be on any. */
    boolean meets(RouteConfig other) {
        return transports.isEmpty()
                || other.transports.isEmpty()
                || !Collections.disjoint(transports, other.transports);
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
