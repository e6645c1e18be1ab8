package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.Resolvers;
import dev.refractium.server.config.SourceConfig;
import dev.refractium.server.net.Binding;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.Source;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds backends that no session can be sent to: listeners of this server itself, Unix sockets where datagrams go, and
 * services that cannot be looked up.
 * One use, one thread.
 */
final class BackendCheck {
    private final Backends backends;
    private final List<ListenerSpec> listeners;
    private final Resolvers resolvers;
    private final Problems problems = new Problems();

    BackendCheck(Backends backends, List<ListenerSpec> listeners, Resolvers resolvers) {
        this.backends = backends;
        this.listeners = listeners;
        this.resolvers = resolvers;
    }

    /** Returns the problems found, each once. */
    List<Problem> problems() {
        return problems.all();
    }

    /** Checks that none of a route's backends is a Unix socket if the route names a source. */
    void checkSource(List<Endpoint> endpoints, SourceConfig source, Origin origin) {
        if (source.source().isPresent()) {
            endpoints.stream()
                    .filter(Endpoint::isUnix)
                    .findFirst()
                    .ifPresent(unix -> problems.add(origin.problem(
                            "source",
                            "\"" + unix + "\" is a Unix socket, which sees no address of its clients;"
                                    + " remove source, or name host:port")));
        }
    }

    /**
     * Checks the backends that a key names.
     *
     * @param listening whether sessions of the listener of this name go to them
     */
    void check(List<Endpoint> endpoints, Transport transport, Predicate<String> listening, Origin origin, String key) {
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
            if (endpoint.isService()
                    && resolvers.word().filter(Resolvers.JDK::equals).isPresent()) {
                problems.add(origin.problem(
                        key,
                        "\"" + endpoint + "\" is a service, which resolvers = \"jdk\" cannot look up;"
                                + " set resolvers to \"system\" or to name servers"));
            }
            for (int port : ports(endpoint, transport, listening)) {
                Source source = backends.at(endpoint.host(), endpoint.port(port), transport);
                listeners.stream()
                        .filter(listener -> backends.isAt(source, listener.binding()))
                        .findFirst()
                        .ifPresent(own -> problems.add(origin.problem(key, reason(endpoint, own))));
            }
        }
    }

    /** Returns the ports of listeners that a backend may keep. */
    private Set<Integer> ports(Endpoint endpoint, Transport transport, Predicate<String> listening) {
        return endpoint.relative()
                ? listeners.stream()
                        .filter(listener -> listener.binding().transport() == transport)
                        .filter(listener -> listening.test(listener.name()))
                        .map(ListenerSpec::binding)
                        .filter(binding -> !binding.isUnix())
                        .map(Binding::port)
                        .collect(Collectors.toSet())
                : Set.of(Tables.ANY_PORT);
    }

    private static String reason(Endpoint endpoint, ListenerSpec own) {
        return "\"" + endpoint + "\" is this server's own listener, port "
                + own.binding().port() + " of "
                + own.config().origin().at("port")
                + ": it would relay to itself; name the service's own port";
    }
}
