package dev.refractium.server;

import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier.Outcome;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds where sessions of one transport go and says why, as the listeners do without a word. */
final class Destinations {
    private final RouteTable routes;
    private final Transport transport;

    Destinations(RouteTable routes, Transport transport) {
        this.routes = routes;
        this.transport = transport;
    }

    Destination of(FirstBytes.Seen seen) {
        if (seen.bytes().length == 0 && transport == Transport.TCP) {
            return ofSilence();
        }
        Showing.Result result = new Showing(seen).byteByByte(routes.identifier());
        Candidate candidate = result.candidate();
        if (result.fault().isPresent()) {
            return closed("a protocol threw " + result.fault().get(), result.at());
        }
        if (candidate == null) {
            return fallback("no protocol recognises it", result.at());
        }
        String name = candidate.protocol().name();
        if (result.outcome() == Outcome.MATCHED) {
            Route found = routes.find(candidate, result.answer().attributes());
            return found == null
                    ? fallback(name + " is recognised, and no route of it asks for these attributes", result.at())
                    : to(found, name + " is recognised", result.at());
        }
        String unknown = name + " is recognised, its attributes are not known: "
                + (result.answer().verdict() == Verdict.UNREADABLE
                        ? result.answer().reason()
                        : "the bytes end before");
        return routes.fallbackIfIncomplete(candidate) ? fallback(unknown, result.at()) : closed(unknown, result.at());
    }

    private Destination ofSilence() {
        Route silent = routes.silent();
        return silent == null ? fallback("the client says nothing", 0) : to(silent, "the client says nothing", 0);
    }

    private Destination fallback(String reason, int at) {
        @Nullable Route fallback = routes.fallback();
        return fallback == null ? closed(reason, at) : to(fallback, reason, at);
    }

    private Destination to(Route route, String reason, int at) {
        return new Destination(Optional.of(RoutingTable.line(transport, route.name(), route)), reason, at);
    }

    private static Destination closed(String reason, int at) {
        return new Destination(Optional.empty(), reason, at);
    }
}
