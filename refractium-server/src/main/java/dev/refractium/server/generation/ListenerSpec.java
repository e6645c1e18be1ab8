package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Binding;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/**
 * One listener of a configuration.
 *
 * @param name its name in the configuration; a TCP listener and a UDP listener may share a name
 * @param routes the names of the routes that it serves; empty: all
 */
public record ListenerSpec(String name, Binding binding, Optional<Set<String>> routes) {
    /** The name of the listener that {@code bind} and {@code port} of {@code [server]} describe. */
    public static final String DEFAULT = "default";

    /** Returns the default listener of one transport. */
    public static ListenerSpec of(Transport transport, InetSocketAddress address) {
        return new ListenerSpec(DEFAULT, new Binding(transport, address), Optional.empty());
    }

    /** Returns this listener with another port. */
    public ListenerSpec on(int port) {
        return new ListenerSpec(name, binding.on(port), routes);
    }

    boolean serves(String route) {
        return routes.isEmpty() || routes.get().contains(route);
    }
}
