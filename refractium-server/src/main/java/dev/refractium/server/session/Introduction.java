package dev.refractium.server.session;

import dev.refractium.server.hook.SessionFacts;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.net.Peer;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What hooks learn about a client, of TCP and of UDP alike; created only where there are hooks.
 *
 * @param listener the name of its listener
 * @param id the id of its session, or of the session that it does not get
 * @param known how the client was recognised; null if it was not read
 */
public record Introduction(
        Peer peer,
        String listener,
        long id,
        long generation,
        SessionFacts.Times times,
        @Nullable Inquiry known) {
    /** The address of a socket that does not report one. */
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

    private static final Inquiry NOT_READ = new Inquiry();

    /**
     * Returns what the hooks of {@code route} learn.
     *
     * @param silent whether the client has sent nothing
     */
    public SessionFacts routed(Decision decision, Route route, boolean silent) {
        String why = silent ? "silence" : "match";
        return facts(new SessionFacts.Destination(
                route.name(),
                route.pool().name(),
                decision.isFallback()
                        ? "fallback " + EndReason.unrouted(decision.reason()).label()
                        : why,
                () -> decision.mapLine(inquiry().answer())));
    }

    /** Returns what the hooks learn that ask for clients without a route. */
    SessionFacts refused() {
        return facts(SessionFacts.Destination.none(inquiry().answer().reason()));
    }

    private SessionFacts facts(SessionFacts.Destination destination) {
        SocketAddress local = peer.local();
        return new SessionFacts(
                String.valueOf(id),
                new SessionFacts.Arrival(
                        peer.transport(),
                        peer.client(),
                        peer.peer(),
                        local == null ? NOWHERE : local,
                        listener,
                        generation),
                inquiry().protocol(),
                inquiry().answer().attributes(),
                destination,
                times);
    }

    private Inquiry inquiry() {
        return known == null ? NOT_READ : known;
    }
}
