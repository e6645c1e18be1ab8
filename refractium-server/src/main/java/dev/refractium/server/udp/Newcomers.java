package dev.refractium.server.udp;

import dev.refractium.api.Direction;
import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.hook.Opening;
import dev.refractium.server.hook.Taps;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.End;
import dev.refractium.server.socket.UdpSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the first datagram of clients that have no flow, and gives them one; its methods stand in the order that such
 * a datagram passes them. One for all listeners of a server; loop thread only.
 */
final class Newcomers {
    private static final Logger log = LoggerFactory.getLogger(Newcomers.class);

    private final UdpShared shared;
    private final UdpLoop loop;
    private final Flows flows;
    private final Inquiry inquiry = new Inquiry();

    Newcomers(UdpShared shared) {
        this.shared = shared;
        this.loop = shared.loop();
        this.flows = loop.flows();
    }

    /**
     * A client that will have a flow if there is a backend for it.
     *
     * @param id the flow's, whichever route it takes in the end
     * @param began when the datagram came, by {@link System#nanoTime}
     */
    private record Newcomer(Flows.Key key, Generation generation, long id, long began, ByteBuffer datagram) {
        InetSocketAddress client() {
            return key.client();
        }
    }

    /** Opens a flow for the client of {@code key} and passes its datagram on, if a route takes it and there is room. */
    void welcome(Flows.Key key, ByteBuffer datagram) {
        Generation generation = shared.generations().lease();
        boolean leased = false;
        try {
            leased = identify(key, generation, datagram);
        } finally {
            // It would hold the plugin's classes until the next datagram.
            inquiry.reset();
            if (!leased) {
                shared.generations().release(generation);
            }
        }
    }

    /** Whether a flow began, which has the lease from then on. */
    private boolean identify(Flows.Key key, Generation generation, ByteBuffer datagram) {
        RouteTable routes = key.listener().routes(generation);
        int length = datagram.remaining();
        datagram.get(0, loop.peekBytes(), 0, length);
        inquiry.reset();
        Identifier.Outcome outcome;
        try {
            outcome = routes.identifier().ask(loop.peek().over(loop.peekBytes(), length, true), inquiry);
        } catch (Throwable e) {
            // Whatever a plugin throws costs this datagram and nothing else.
            log.debug("a protocol plugin threw", e);
            drop(End.PLUGIN_FAULT, key.client());
            show(End.PLUGIN_FAULT, key, generation);
            return false;
        } finally {
            loop.peek().clear();
        }
        Decision decision = routes.decide(outcome, inquiry.candidate(), inquiry.answer());
        if (decision.route() == null) {
            drop(End.unrouted(decision.reason()), key.client());
            show(End.unrouted(decision.reason()), key, generation);
            return false;
        }
        if (!makeRoom(key.client(), generation.limits())) {
            show(End.OVER_UDP_SESSIONS, key, generation);
            return false;
        }
        long id = shared.sessions().nextId();
        return follow(decision, new Newcomer(key, generation, id, System.nanoTime(), datagram));
    }

    private boolean makeRoom(InetSocketAddress client, SessionLimits limits) {
        End exceeded = flows.exceeded(client, limits);
        if (exceeded == null) {
            return true;
        }
        UdpFlow first = flows.givingWay(client, exceeded);
        if (first == null) {
            drop(exceeded, client);
            return false;
        }
        first.end(first.exchange().isAnswered() ? End.GAVE_WAY : exceeded);
        return true;
    }

    private boolean follow(Decision decision, Newcomer who) {
        Route to = decision.route();
        if (to == null) {
            drop(End.unrouted(decision.reason()), who.client());
            return false;
        }
        if (decision.isFallback()) {
            shared.endLog()
                    .fallback(End.unrouted(decision.reason()), who.client().getAddress());
        }
        Taps taps = to.hooks().isEmpty() ? null : Taps.open(to.hooks(), opening(decision, to, who), null);
        UdpDial dial = new UdpDial(to.pool(), loop.sockets());
        UdpSocket socket = connect(dial, taps);
        if (socket != null) {
            UdpFlow.Start start = new UdpFlow.Start(who.generation(), to, who.id(), taps);
            begin(new UdpFlow(who.key(), start, dial, socket), who.datagram());
            return true;
        }
        if (taps != null) {
            taps.data(Direction.FROM_CLIENT, who.datagram());
            taps.closed(dial.end().label());
        }
        if (dial.end() != End.NO_BACKEND) {
            // Ours, and the fallback would meet it too.
            drop(dial.end(), who.client());
            return false;
        }
        return follow(who.key().listener().routes(who.generation()).ofUnreachable(to), who);
    }

    private static @Nullable UdpSocket connect(UdpDial dial, @Nullable Taps taps) {
        try {
            return dial.next();
        } catch (RuntimeException | Error e) {
            if (taps != null) {
                taps.closed(End.CUT.label());
            }
            throw e;
        }
    }

    private Opening opening(Decision decision, Route to, Newcomer who) {
        return new Opening(
                String.valueOf(who.id()),
                Transport.UDP,
                who.client(),
                who.key().listener().address(),
                inquiry.protocol(),
                inquiry.answer().attributes(),
                to.name(),
                decision.isFallback()
                        ? "fallback " + End.unrouted(decision.reason()).label()
                        : "match",
                who.began());
    }

    /** From here on the flow has the lease, so that it is the flow that ends if this fails. */
    private void begin(UdpFlow flow, ByteBuffer first) {
        try {
            flows.add(flow);
            shared.sessions().began(flow);
            shared.endLog().routed(flow, flow.key().client().getAddress());
            flow.begin(first);
        } catch (RuntimeException | Error e) {
            flow.broken(e);
        }
    }

    /** A "no" is never remembered: the client's next datagram is looked at afresh. */
    private void drop(End why, InetSocketAddress client) {
        shared.sessions().count(why);
        shared.endLog().end(why, client.getAddress(), null, inquiry);
    }

    /** Shows a client that has no flow to the hooks that ask for such. */
    private void show(End why, Flows.Key key, Generation generation) {
        if (generation.refusals().areWanted()) {
            Opening opening = new Opening(
                    String.valueOf(shared.sessions().nextId()),
                    Transport.UDP,
                    key.client(),
                    key.listener().address(),
                    inquiry.protocol(),
                    inquiry.answer().attributes(),
                    "",
                    inquiry.answer().reason(),
                    System.nanoTime());
            generation.refusals().add(opening, why.label());
        }
    }
}
