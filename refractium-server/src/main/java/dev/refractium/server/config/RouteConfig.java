package dev.refractium.server.config;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * One {@code [[protocols]]} table: which sessions go to which backends.
 *
 * @param hooks names of its sessions' hooks, in addition to the server's
 * @param origin where the keys were written
 */
public record RouteConfig(
        Naming naming,
        Delivery delivery,
        Selection selection,
        Handling handling,
        @Key("hooks") List<String> hooks,
        Origin origin) {
    static final Keys<RouteConfig> KEYS = new Keys<>(RouteConfig.class);

    /** By the key {@code order}. */
    static final Comparator<RouteConfig> IN_ORDER =
            Comparator.comparingInt(route -> route.naming().order());

    /** @throws InvalidValueException naming the key that is wrong or contradicts another */
    public RouteConfig {
        hooks = HookConfig.checkedNames(hooks);
    }

    /**
     * Makes a route from a builder's values.
     *
     * @param values key to value, with the types of these records' components
     * @throws InvalidValueException naming the key that is missing, wrong, or contradicts another
     */
    public static RouteConfig of(Map<String, ?> values, Origin origin) {
        return KEYS.make(values, origin);
    }

    /** Returns where its sessions go. */
    public Destination destination() {
        return delivery.destination();
    }

    /** Returns the rules of its own pool, if it lists servers. */
    public PoolRules rules() {
        return delivery.rules();
    }

    /** Returns the PROXY headers that its backends get. */
    public ProxyHeaders headers() {
        return delivery.headers();
    }

    /** Returns what its backends see of clients. */
    public SourceConfig source() {
        return delivery.source();
    }

    /** Returns the protocol's name. */
    public String name() {
        return naming.name();
    }

    /**
     * Returns the table's name in logs and tables: its id, or its protocol with what it asks of attributes, and the
     * listeners that it names.
     */
    public String table() {
        return naming.id()
                .orElseGet(() -> name() + selection.label(destination().map()));
    }

    /** Returns its name in logs and tables: that of the table, and of a map's destination that too. */
    public String label() {
        Destination to = destination();
        return to.map().isEmpty() || to.isMap()
                ? table()
                : table() + "->" + to.pool().orElseGet(to::toString);
    }

    /** Returns the same route to a destination of its map. */
    public RouteConfig leadingTo(Destination line) {
        Destination to = destination().map().map(line::ofMap).orElse(line);
        Delivery there = new Delivery(to, delivery.rules(), delivery.source(), delivery.headers());
        return new RouteConfig(naming, there, selection, handling, hooks, origin);
    }

    /**
     * Returns a protocol's name in the form that is compared: lower case, "-" written as "_".
     *
     * @throws InvalidValueException with the key "name", if even that is not of the form {@code [a-z][a-z0-9_]*}
     */
    public static String canonical(String name) {
        return Naming.canonical(name);
    }
}
