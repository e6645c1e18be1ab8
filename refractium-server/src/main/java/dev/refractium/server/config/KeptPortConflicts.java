package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.util.List;

/** Finds backends that keep the port of a listener ({@code host:+0}) where that gives no port. Made for one call. */
final class KeptPortConflicts {
    private static final int MAX_PORT = 65535;

    private static final PortRange NO_PORT = PortRange.of(0);
    private final Config config;
    private final Problems problems = new Problems();

    KeptPortConflicts(Config config) {
        this.config = config;
    }

    List<Problem> problems() {
        for (ListenerConfig listener : config.listening()) {
            config.routes().stream()
                    .filter(route -> route.selection().isOn(listener.name()))
                    .forEach(route -> check(route.destination(), listener, route.origin(), "forward_to"));
            for (Transport transport : listener.transports()) {
                boolean own = !listener.fallbacks().of(transport).isEmpty();
                Origin origin = own ? listener.origin() : config.server().origin();
                check(config.fallback(listener, transport), listener, origin, Fallbacks.key(transport));
            }
        }
        return problems.all();
    }

    private void check(Destination destination, ListenerConfig listener, Origin origin, String key) {
        PortRange ports = listener.address().port().orElse(NO_PORT);
        for (Endpoint server : config.addresses(destination)) {
            if (server.relative() && listener.address().port().isEmpty()) {
                problems.add(origin.problem(
                        key,
                        server + " keeps the port of listener \"" + listener.name()
                                + "\", which is a Unix socket and has none; name the backend's port"));
            } else if (server.relative() && ports.first() == 0) {
                problems.add(origin.problem(
                        key,
                        server + " keeps the port of listener \"" + listener.name()
                                + "\", which takes any free one; name that listener's port, or the backend's"));
            } else if (server.port(ports.last()) > MAX_PORT) {
                problems.add(origin.problem(
                        key,
                        server + " is port " + server.port(ports.last()) + " for port " + ports.last()
                                + " of listener \"" + listener.name() + "\"; use " + MAX_PORT + " at most"));
            }
        }
    }
}
