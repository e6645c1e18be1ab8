package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.Source;
import java.net.UnixDomainSocketAddress;
import java.util.List;

/**
 * Finds backends that no session can be sent to: listeners of this server itself, and Unix sockets where datagrams go.
 * One use, one thread.
 */
final class BackendCheck {
    private final Backends backends;
    private final List<ListenerSpec> listeners;
    private final Problems problems = new Problems();

    BackendCheck(Backends backends, List<ListenerSpec> listeners) {
        this.backends = backends;
        this.listeners = listeners;
    }

    /** Returns the problems found, each once. */
    List<Problem> problems() {
        return problems.all();
    }

    /** Checks the backends that a key names. */
    void check(List<Endpoint> endpoints, Transport transport, Origin origin, String key) {
        for (Endpoint endpoint : endpoints) {
            if (endpoint.isUnix()) {
                if (transport == Transport.UDP) {
                    problems.add(origin.problem(
                            key,
                            "\"" + endpoint + "\" is a Unix socket, which takes no datagrams;"
                                    + " name host:port, or let the route be of transport = \"tcp\""));
                }
                listeners.stream()
                        .filter(listener ->
                                listener.binding().address().equals(UnixDomainSocketAddress.of(endpoint.host())))
                        .findFirst()
                        .ifPresent(own -> problems.add(origin.problem(
                                key,
                                "\"" + endpoint + "\" is this server's own listener, "
                                        + own.config().origin().at("path")
                                        + ": it would relay to itself; name the service's own socket")));
                continue;
            }
            Source source = backends.at(endpoint.host(), endpoint.port(), transport);
            listeners.stream()
                    .filter(listener -> backends.isAt(source, listener.binding()))
                    .findFirst()
                    .ifPresent(own -> problems.add(origin.problem(key, reason(endpoint, own))));
        }
    }

    private static String reason(Endpoint endpoint, ListenerSpec own) {
        return "\"" + endpoint + "\" is this server's own listener, port "
                + own.binding().port() + " of "
                + own.config().origin().at("port")
                + ": it would relay to itself; name the service's own port";
    }
}
