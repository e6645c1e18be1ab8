package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Destination;
import dev.refractium.server.config.Endpoint;
import dev.refractium.server.config.HookConfig;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds backends that some sessions reach with a PROXY header and others without: there a client could write the header
 * itself, with any address. One use, one thread; names have been looked up.
 */
final class ProxyConflicts {
    private final Config config;
    private final Backends backends;
    private final List<ListenerSpec> listeners;
    private final Problems problems = new Problems();

    /** @param listeners the addresses of the configuration's listeners, whose ports backends may keep */
    ProxyConflicts(Config config, Backends backends, List<ListenerSpec> listeners) {
        this.config = config;
        this.backends = backends;
        this.listeners = listeners;
    }

    List<Problem> find(List<ResolvedRoute> routes) {
        for (Transport transport : Transport.values()) {
            // What sends a header, by each source and by each address that one of them stands for.
            Map<Object, Origin> senders = new HashMap<>();
            for (ResolvedRoute route : routes) {
                boolean sends = route.sendProxy().isSent() && route.transports().contains(transport);
                if (sends && !route.config().headers().mixedProxy()) {
                    add(senders, route, transport);
                }
            }
            if (!senders.isEmpty()) {
                findOthers(routes, transport, senders);
            }
        }
        return problems.all();
    }

    private void add(Map<Object, Origin> senders, ResolvedRoute route, Transport transport) {
        for (Endpoint endpoint : config.addresses(route.config().destination())) {
            keys(endpoint, transport)
                    .forEach(key -> senders.putIfAbsent(key, route.config().origin()));
        }
    }

    private void findOthers(List<ResolvedRoute> routes, Transport transport, Map<Object, Origin> senders) {
        for (ResolvedRoute route : routes) {
            if (!route.sendProxy().isSent() && route.transports().contains(transport)) {
                Origin origin = route.config().origin();
                check(route.config().destination(), transport, senders, origin, "forward_to");
            }
        }
        config.fallbacks().stream()
                .filter(fallback -> fallback.transport() == transport)
                .forEach(fallback ->
                        check(fallback.destination(), transport, senders, fallback.origin(), fallback.key()));
        config.hooks().values().forEach(hook -> check(hook, transport, senders));
    }

    private void check(
            Destination destination, Transport transport, Map<Object, Origin> senders, Origin origin, String key) {
        for (Endpoint endpoint : config.addresses(destination)) {
            sender(endpoint, transport, senders)
                    .ifPresent(sender -> problems.add(origin.problem(
                            key,
                            "\"" + endpoint + "\" gets a PROXY header from " + sender.at("send_proxy")
                                    + " and none here, where a client could write its own; add send_proxy,"
                                    + " name another backend, or set mixed_proxy = true there")));
        }
    }

    /** The keys of a hook are its plugin's; a mirror names a backend by one of them. */
    private void check(HookConfig hook, Transport transport, Map<Object, Origin> senders) {
        hook.settings().values().forEach((key, value) -> {
            if (value instanceof String text && isEndpoint(text)) {
                Destination named = Destination.parse(List.of(text));
                check(named, transport, senders, hook.origin(), key);
            }
        });
    }

    private static boolean isEndpoint(String text) {
        try {
            Endpoint.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Optional<Origin> sender(Endpoint endpoint, Transport transport, Map<Object, Origin> senders) {
        return keys(endpoint, transport)
                .filter(senders::containsKey)
                .map(senders::get)
                .findFirst();
    }

    /** Returns the sources that an endpoint stands for, and their addresses: two names may be one backend. */
    private Stream<Object> keys(Endpoint endpoint, Transport transport) {
        return ports(endpoint, transport)
                .mapToObj(port -> backends.at(endpoint.host(), port, transport))
                .flatMap(source -> Stream.concat(
                        Stream.of(source), source.targets().stream().map(Target::address)));
    }

    private IntStream ports(Endpoint endpoint, Transport transport) {
        return endpoint.relative()
                ? listeners.stream()
                        .map(ListenerSpec::binding)
                        .filter(binding -> binding.transport() == transport && !binding.isUnix())
                        .mapToInt(binding -> endpoint.port(binding.port()))
                        .filter(port -> port > 0 && port <= 0xffff)
                        .distinct()
                : IntStream.of(endpoint.port());
    }
}
