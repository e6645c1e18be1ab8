package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.PoolConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import java.util.List;
import java.util.Optional;

/** Finds pools that hash on an attribute that a route of theirs never has. */
final class HashCheck {
    private final Config config;
    private final Problems problems = new Problems();

    HashCheck(Config config) {
        this.config = config;
    }

    List<Problem> find(List<ResolvedRoute> routes) {
        for (ResolvedRoute route : routes) {
            Optional<PoolConfig> shared = route.config().destination().pool().map(config.pools()::get);
            Origin origin = shared.map(PoolConfig::origin).orElse(route.config().origin());
            config.rules(route.config().destination(), route.config().rules())
                    .balance()
                    .hashOn()
                    .ifPresent(attribute -> check(attribute, route, origin));
        }
        return problems.all();
    }

    private void check(String attribute, ResolvedRoute route, Origin origin) {
        Protocol protocol = route.protocol();
        List<String> has = protocol == null ? List.of() : protocol.attributes();
        if (!has.contains(attribute)) {
            problems.add(origin.problem(
                    "hash_on",
                    "protocol \"" + route.config().name() + "\" has no attribute \"" + attribute + "\"; "
                            + (has.isEmpty() ? "it has none" : "it has: " + String.join(", ", has))));
        }
    }
}
