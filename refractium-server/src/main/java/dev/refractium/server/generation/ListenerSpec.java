package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.OnBindFailure;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.net.Binding;
import java.net.InetSocketAddress;

/**
 * One address of a listener, over one transport.
 *
 * @param config the listener's table; a TCP listener and a UDP listener may share one
 */
public record ListenerSpec(ListenerConfig config, Binding binding) {
    /** The name of the listener that {@code [server]} describes. */
    public static final String DEFAULT = ListenerConfig.DEFAULT;

    /** Returns an address of the listener that {@code [server]} describes. */
    public static ListenerSpec of(Transport transport, InetSocketAddress address) {
        return new ListenerSpec(ListenerConfig.of(ServerConfig.defaults()), new Binding(transport, address));
    }

    /** Returns whether the server runs without this address if it cannot be bound. */
    public boolean waits() {
        return config.bind().onFailure() == OnBindFailure.WAIT;
    }

    /** Returns the listener's name, by which generations know its routes. */
    public String name() {
        return config.name();
    }

    /** Returns this listener on another port. */
    public ListenerSpec on(int port) {
        return new ListenerSpec(config, binding.on(port));
    }
}
