package dev.refractium.server.config;

import dev.refractium.api.Transport;
import dev.refractium.server.text.Escape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One {@code [[listeners]]} table: where clients arrive.
 *
 * @param name by which routes name it; unique
 * @param clients how clients come to it
 * @param bind how its addresses are bound
 * @param origin where the keys were written
 */
public record ListenerConfig(
        @Key(value = "name", initial = Key.REQUIRED) String name,
        ListenerAddress address,
        ListenerClients clients,
        ListenerRules rules,
        BindRules bind,
        Origin origin) {
    static final Keys<ListenerConfig> KEYS = new Keys<>(ListenerConfig.class);

    /** The name of the listener that {@code [server]} describes if there are no tables. */
    public static final String DEFAULT = "default";

    private static final String EVERY_V6 = "::";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    /** @throws InvalidValueException naming the key whose value is refused */
    public ListenerConfig {
        checkName("name", name);
        if (bind.options().v6Only() && !address.bind().contains(EVERY_V6)) {
            throw new InvalidValueException(
                    "v6only", "has no effect: only \"::\" takes IPv4 too; remove it, or write bind = \"::\"");
        }
        if (address.unix().path().isPresent()) {
            refuseForUnix("transport", clients.transports().contains(Transport.UDP));
            refuseForUnix("interface", bind.options().device().isPresent());
            refuseForUnix("freebind", bind.options().freebind());
        }
        clients.proxies().check(address.unix().path().isPresent());
        rules.sessions().times().keyBeside(clients.transports()).ifPresent(key -> {
            String other = clients.transports().contains(Transport.TCP) ? "UDP" : "TCP";
            throw new InvalidValueException(
                    key, "is for " + other + ", which this listener does not listen over; remove it, or set transport");
        });
    }

    private static void refuseForUnix(String key, boolean wanted) {
        if (wanted) {
            throw new InvalidValueException(
                    key, "is not for a Unix socket, which takes streams from this machine; remove it");
        }
    }

    /** Returns what clients come over; not empty. */
    public Set<Transport> transports() {
        return clients.transports();
    }

    /** Returns the peers that pass clients on. */
    public AcceptedProxies proxies() {
        return clients.proxies();
    }

    /** Returns where its sessions go that no route takes; nowhere: as {@code [server]} says. */
    public Fallbacks fallbacks() {
        return rules.fallbacks();
    }

    /** Returns the listener that {@code [server]} describes, for both transports. */
    public static ListenerConfig of(ServerConfig server) {
        ServerListener listener = server.listener();
        return new ListenerConfig(
                DEFAULT,
                new ListenerAddress(List.of(listener.bind()), PortRange.of(listener.port())),
                ListenerClients.DIRECT,
                ListenerRules.of(listener.fallbacks()),
                BindRules.USUAL,
                server.origin());
    }

    /**
     * Makes a listener from a builder's values.
     *
     * @param values key to value, with the types of these records' components
     * @throws InvalidValueException naming the key that is missing, wrong, or contradicts another
     */
    public static ListenerConfig of(Map<String, ?> values, Origin origin) {
        return KEYS.make(values, origin);
    }

    /** Returns a place where both listen, as text and as written; a wildcard and one of its addresses are two places. */
    public Optional<String> sharedWith(ListenerConfig other) {
        return Collections.disjoint(transports(), other.transports())
                ? Optional.empty()
                : address.sharedWith(other.address);
    }

    static void checkName(String key, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidValueException(
                    key, Escape.quoted(name) + " is no listener's name; write lower-case letters, digits, _ and -");
        }
    }

    /** Checks names that were listed. */
    static List<String> checkedNames(List<String> names) {
        names.forEach(name -> checkName("listeners", name));
        Keys.requireDistinct("listeners", names);
        return List.copyOf(names);
    }
}
