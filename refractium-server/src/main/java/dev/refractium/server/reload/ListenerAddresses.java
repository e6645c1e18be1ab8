package dev.refractium.server.reload;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.PortRange;
import dev.refractium.server.config.SocketOptions;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.Binding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The addresses of a configuration's listeners, each with each of its ports. */
final class ListenerAddresses {
    private final Set<Transport> served;
    private final Map<String, Integer> ports;

    /**
     * @param served the transports that are served
     * @param ports the port that a listener has now, by its name: one that takes any port keeps that
     */
    ListenerAddresses(Set<Transport> served, Map<String, Integer> ports) {
        this.served = served;
        this.ports = ports;
    }

    /**
     * Returns all addresses: those of TCP first, then in the order of the configuration.
     *
     * @throws EnvironmentException if this machine does not know an address
     */
    List<ListenerSpec> of(Config config) throws EnvironmentException {
        List<ListenerSpec> all = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            for (ListenerConfig listener : config.listening()) {
                if (served.contains(transport) && listener.transports().contains(transport)) {
                    add(listener, transport, all);
                }
            }
        }
        return all;
    }

    private void add(ListenerConfig listener, Transport transport, List<ListenerSpec> all) throws EnvironmentException {
        listener.address()
                .unix()
                .address()
                .ifPresent(place -> all.add(new ListenerSpec(
                        listener, new Binding(transport, UnixDomainSocketAddress.of(place), options(listener)))));
        if (listener.address().port().isEmpty()) {
            return;
        }
        PortRange range = listener.address().port().get();
        for (String bind : listener.address().bind()) {
            InetAddress address = address(bind);
            for (int port = range.first(); port <= range.last(); port++) {
                int wanted = port == 0 ? ports.getOrDefault(listener.name(), 0) : port;
                InetSocketAddress socket = new InetSocketAddress(address, wanted);
                all.add(new ListenerSpec(listener, new Binding(transport, socket, options(listener))));
            }
        }
    }

    private static BindOptions options(ListenerConfig listener) {
        SocketOptions options = listener.bind().options();
        return new BindOptions(options.backlog(), options.device(), options.freebind(), options.v6Only());
    }

    private static InetAddress address(String bind) throws EnvironmentException {
        try {
            return InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw new EnvironmentException("cannot resolve the address to bind, \"" + bind + "\"", e);
        }
    }
}
