package dev.refractium.server.generation;

import dev.refractium.api.Transport;
import dev.refractium.server.config.AccessConfig;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.GuardConfig;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.Prefixes;
import dev.refractium.server.config.RateConfig;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.config.SessionRules;
import dev.refractium.server.config.SessionTimes;
import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.limit.Gate;
import dev.refractium.server.limit.Guard;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.limit.Rate;
import dev.refractium.server.route.RouteLimits;
import dev.refractium.server.text.Networks;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes the gates of a server, its listeners and its routes. A gate of the same name in the generation before passes its
 * counts on. One use, one thread.
 */
final class GateBuilder {
    private final Config config;
    private final NetworkSets networks;
    private final Optional<Generation> before;
    private final ServerGates gates;

    /** @param before the generation that is replaced */
    GateBuilder(Config config, NetworkSets networks, Optional<Generation> before) {
        this.config = config;
        this.networks = networks;
        this.before = before;
        this.gates = gatesOfListeners();
    }

    /** Returns the gates of the server and its listeners, and of the routes that were made. */
    ServerGates gates() {
        return gates;
    }

    private ServerGates gatesOfListeners() {
        RateConfig rates = config.server().listener().access().rates();
        Gate server = gate(before.map(Generation::gates).map(ServerGates::server), rules(Guard.NONE, rates, 0));
        RelayLimits relay = SessionLimits.of(config.server()).relay();
        ServerGates made = new ServerGates(server, relay);
        for (ListenerConfig listener : config.listening()) {
            for (Transport transport : listener.transports()) {
                ListenerGate gate = new ListenerGate(server, own(listener, transport), exempt(listener));
                RouteLimits.Times times = times(listener.rules().sessions());
                made.add(transport, listener.name(), ListenerLimits.of(gate, times, relay));
            }
        }
        return made;
    }

    /** Returns what a route enforces; its ports, and the destinations of its map, count together. */
    RouteLimits of(Transport transport, RouteConfig route) {
        SessionRules said = route.handling().rules();
        Gate gate = gates.routes(transport).computeIfAbsent(route.table(), label -> {
            Optional<Gate> same = before.map(Generation::gates)
                    .map(all -> all.routes(transport).get(label));
            return gate(same, rules(said.guard(), said));
        });
        return new RouteLimits(gate, times(said));
    }

    private Gate own(ListenerConfig listener, Transport transport) {
        SessionRules said = listener.rules().sessions();
        GuardConfig wider = config.server().listener().access().guard();
        GuardConfig own = said.guard();
        GuardConfig guard =
                new GuardConfig(own.allow().or(wider::allow), own.deny().or(wider::deny));
        Optional<Gate> same = before.flatMap(generation -> generation.gates().gate(transport, listener.name()));
        return gate(same, rules(guard, said));
    }

    private Networks exempt(ListenerConfig listener) {
        AccessConfig wider = config.server().listener().access();
        return networks.of(listener.rules().limitsExempt().or(wider::limitsExempt));
    }

    private Guard guard(GuardConfig said) {
        Optional<Prefixes> allow = said.allow();
        return new Guard(allow.map(prefixes -> networks.of(allow)), networks.of(said.deny()));
    }

    /** @param guard the one of {@code said}, where nothing wider replaces it */
    private Gate.Rules rules(GuardConfig guard, SessionRules said) {
        return rules(guard(guard), said.rates(), said.maxConnections().orElse(0));
    }

    private static Gate.Rules rules(Guard guard, RateConfig rates, int maxSessions) {
        Gate.Rules said =
                new Gate.Rules(guard, maxSessions, new Rate(rates.newPerSecond()), new Rate(rates.newPerSecondPerIp()));
        return said.equals(Gate.Rules.NONE) ? Gate.Rules.NONE : said;
    }

    private static Gate gate(Optional<Gate> same, Gate.Rules rules) {
        return same.map(gate -> gate.next(rules)).orElseGet(() -> new Gate(rules));
    }

    private static RouteLimits.Times times(SessionRules rules) {
        SessionTimes said = rules.times();
        RouteLimits.Times times = new RouteLimits.Times(
                ms(said.stall()), ms(said.halfClose()), ms(said.idle()), ms(said.lifetime()), ms(said.udpIdle()));
        return times.equals(RouteLimits.Times.NONE) ? RouteLimits.Times.NONE : times;
    }

    private static long ms(Optional<Duration> time) {
        return time.map(Duration::toMillis).orElse(RouteLimits.Times.UNSET);
    }
}
