package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.DestinationMap;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.MapFile;
import dev.refractium.server.config.Problems;
import dev.refractium.server.net.AddressScope;
import dev.refractium.server.net.OwnAddresses;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import dev.refractium.server.text.Suggestion;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Reads the maps that routes go by, and checks where their lines lead. One use, one thread. */
final class MapResolver {
    private final Config config;
    private final MapSource maps;
    private final MapNames names;
    private final Networks allowed;
    private final Problems problems;
    private boolean ownAreRead;

    /** @param allowed what a map may name although it is this machine's, or of no host */
    MapResolver(Config config, MapSource maps, MapNames names, Networks allowed, Problems problems) {
        this.config = config;
        this.maps = maps;
        this.names = names;
        this.allowed = allowed;
        this.problems = problems;
    }

    /** Returns the routes in their order, those with a map with what it says; without it, if it cannot be used. */
    List<ResolvedRoute> resolve(List<ResolvedRoute> routes) {
        return routes.stream().map(this::resolve).toList();
    }

    private ResolvedRoute resolve(ResolvedRoute route) {
        Protocol protocol = route.protocol();
        Optional<DestinationMap> map = route.config().destination().map();
        if (map.isEmpty() || protocol == null) {
            return route;
        }
        String key = key(map.get(), protocol);
        Optional<MapFile.Parsed> read = maps.read(
                        map.get().file(), key, route.config().origin().problem("forward_to", ""))
                .flatMap(parsed -> names.normal(parsed, protocol, key));
        int before = problems.found();
        read.ifPresent(parsed -> parsed.targets().forEach(target -> check(parsed, target)));
        return read.filter(parsed -> problems.found() == before)
                .map(parsed -> route.by(new ResolvedMap(
                        map.get().file(),
                        key,
                        parsed.names(),
                        parsed.targets().stream()
                                .map(target -> route.leadingTo(target.destination()))
                                .toList())))
                .orElse(route);
    }

    /** Returns the attribute whose values a map has. */
    private static String key(DestinationMap map, Protocol protocol) {
        return map.key().orElseGet(() -> protocol.attributes().get(0));
    }

    private void check(MapFile.Parsed parsed, MapFile.Target target) {
        Destination destination = target.destination();
        destination.pool().flatMap(this::wrongPool).ifPresent(why -> problems.add(parsed.problem(target.line(), why)));
        destination.servers().stream()
                .flatMap(server -> wrongAddress(server.address()).stream())
                .forEach(why -> problems.add(parsed.problem(target.line(), why)));
    }

    private Optional<String> wrongPool(String name) {
        if (!config.pools().containsKey(name)) {
            return Optional.of("there is no pool \"" + name + "\"; "
                    + Suggestion.closest(name, config.pools().keySet())
                            .map(other -> "did you mean \"" + other + "\"?")
                            .orElse("write its table, [pools." + name + "], or name another"));
        }
        return config.keepsPort(Destination.toPool(name))
                ? Optional.of("pool \"" + name + "\" has a server that keeps the listener's port, which a map cannot"
                        + " lead to; give the server a port")
                : Optional.empty();
    }

    private Optional<String> wrongAddress(Endpoint server) {
        InetAddress address = Network.parse(server.host()).first();
        boolean own = AddressScope.isOfOneHost(address) && isOwn(address);
        if (allowed.contains(address) || (AddressScope.isOfOneHost(address) && !own)) {
            return Optional.empty();
        }
        return Optional.of("\"" + server + "\" is "
                + (own ? "this machine's own address" : "a loopback, link-local, multicast or unspecified address")
                + ", which a map must not lead to; name another, or allow it by map_networks of [server]");
    }

    private boolean isOwn(InetAddress address) {
        if (!ownAreRead) {
            OwnAddresses.OF_PROCESS.read();
            ownAreRead = true;
        }
        return OwnAddresses.OF_PROCESS.include(address);
    }
}
