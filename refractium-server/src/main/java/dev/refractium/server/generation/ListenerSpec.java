package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Binding;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/**
 * One listener of a configuration.
 *
 * @param name what the configuration calls it; a listener of TCP and one of UDP may share a name
 * @param routes the names of the routes that it serves; empty: all
 */
public record ListenerSpec(String name, Binding binding, Optional<Set<String>> routes) {
    /** The name of the listener that {@code bind} and {@code port} of the table {@code [server]} make. */
    public static final String DEFAULT = "default";

    /** The default listener of one transport. */
    public static ListenerSpec of(Transport transport, InetSocketAddress address) {
        return new ListenerSpec(DEFAULT, new Binding(transport, address), Optional.empty());
    }

    /** This, on another port. */
    public ListenerSpec on(int port) {
        return new ListenerSpec(name, binding.on(port), routes);
    }

    boolean serves(String route) {
        return routes.isEmpty() || routes.get().contains(route);
    }
}
