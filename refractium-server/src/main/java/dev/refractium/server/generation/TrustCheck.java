package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.PeerTrust;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.net.AddressScope;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.Target;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds routes that lead strangers to backends inside which grant rights by address, without the client's address. One
 * use, one thread.
 */
final class TrustCheck {
    private final Config config;
    private final Backends backends;
    private final List<ListenerSpec> listeners;

    TrustCheck(Config config, Backends backends, List<ListenerSpec> listeners) {
        this.config = config;
        this.backends = backends;
        this.listeners = listeners;
    }

    /** Returns a warning for each such route. */
    List<Problem> warnings(List<ResolvedRoute> routes) {
        return routes.stream().map(this::warning).flatMap(Optional::stream).toList();
    }

    private Optional<Problem> warning(ResolvedRoute route) {
        Protocol protocol = route.protocol();
        RouteConfig keys = route.config();
        if (protocol == null || !protocol.trustsPeer() || showsClient(keys)) {
            return Optional.empty();
        }
        return route.transports().stream()
                .filter(transport -> isPublic(keys, transport))
                .flatMap(transport -> inside(keys, transport).stream())
                .findFirst()
                .map(backend -> keys.origin()
                        .problem(
                                "forward_to",
                                "\"" + protocol.name() + "\" servers may trust clients by address, and "
                                        + backend
                                        + ", which is inside, sees this server's own for every stranger; show it the client's by "
                                        + (backend.isUnix() ? "" : "source = \"client\" or ")
                                        + "send_proxy, or write peer_trust = \"known\" if it asks for a password"));
    }

    private static boolean showsClient(RouteConfig route) {
        return route.source().isClient()
                || route.headers().sendProxy().isPresent()
                || route.source().peerTrust() == PeerTrust.KNOWN;
    }

    /** Returns whether a listener of the route can be reached by the Internet. */
    private boolean isPublic(RouteConfig route, Transport transport) {
        return listeners.stream()
                .filter(listener -> listener.binding().transport() == transport)
                .filter(listener -> route.selection().isOn(listener.name()))
                .anyMatch(listener -> listener.binding().isPublic());
    }

    private Optional<Endpoint> inside(RouteConfig route, Transport transport) {
        return config.addresses(route.destination()).stream()
                .filter(server -> backends.at(server.host(), server.port(), transport).targets().stream()
                        .map(Target::address)
                        .anyMatch(target -> isInside(Addresses.internet(target))))
                .findFirst();
    }

    /** @param address null: that of a Unix socket, which is on this machine */
    private static boolean isInside(@Nullable InetAddress address) {
        return address == null || address.isLoopbackAddress() || AddressScope.isPrivate(address);
    }
}
