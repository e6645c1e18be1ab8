package dev.refractium.server.explain;

import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier.Outcome;
import dev.refractium.server.reload.RoutingTable;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds where sessions of one transport go, by the same rules as the listeners, and explains why. */
final class RouteExplainer {
    private final RouteTable routes;
    private final Transport transport;
    private final String listener;
    private final @Nullable InetAddress client;

    /**
     * @param listener the name of the listener that the routes are those of
     * @param client null: of no network that a route names
     */
    RouteExplainer(RouteTable routes, Transport transport, String listener, @Nullable InetAddress client) {
        this.routes = routes;
        this.transport = transport;
        this.listener = listener;
        this.client = client;
    }

    Explanation of(FirstBytes.Seen seen) {
        if (seen.bytes().length == 0 && transport == Transport.TCP) {
            return to(routes.ofSilence(client), "the client says nothing", 0, Identification.noMatch());
        }
        Replay.Result result = new Replay(seen).byteByByte(routes.identifier());
        if (result.fault().isPresent()) {
            return closed("a protocol threw " + result.fault().get(), result.at());
        }
        Decision decision = routes.decide(result.outcome(), result.candidate(), result.answer(), client);
        boolean full = seen.complete() && transport == Transport.TCP;
        return to(decision, reason(decision, result, full), result.at(), result.answer());
    }

    /** @param full whether the bytes end because the peek is full */
    private static String reason(Decision decision, Replay.Result result, boolean full) {
        Candidate candidate = result.candidate();
        if (candidate == null) {
            return "no protocol recognises it";
        }
        String name = candidate.protocol().name();
        String end = full ? "peek_buffer_size ends the bytes before" : "the bytes end before";
        if (result.outcome() == Outcome.UNDECIDED) {
            return name + " is not decided, and a route of it asks for attributes: " + end;
        }
        String recognised = name + " is recognised";
        if (result.outcome() == Outcome.INCOMPLETE) {
            boolean unreadable = result.answer().verdict() == Verdict.UNREADABLE;
            return recognised + ", its attributes are not known: "
                    + (unreadable ? result.answer().reason() : end);
        }
        return decision.reason() == Decision.Reason.NO_ROUTE
                ? recognised + ", and no route of it asks for these attributes"
                : recognised;
    }

    private Explanation to(Decision decision, String reason, int at, Identification answer) {
        Route route = decision.route();
        if (route != null && client != null && !route.limits().admits(client)) {
            return closed(reason + ", and the allow or deny of " + route.name() + " refuses the client", at);
        }
        return route == null
                ? closed(reason, at)
                : new Explanation(
                        Optional.of(new RoutingTable(transport, listener).line(route.name(), route)),
                        reason,
                        at,
                        decision.mapLine(answer));
    }

    private static Explanation closed(String reason, int at) {
        return new Explanation(Optional.empty(), reason, at);
    }
}
