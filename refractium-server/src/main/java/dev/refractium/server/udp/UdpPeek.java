package dev.refractium.server.udp;

import dev.refractium.api.Direction;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.hook.Taps;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Introduction;
import dev.refractium.server.socket.UdpSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by the first datagrams of a client where its flow goes: mostly by the first one alone, for which nothing is
 * kept; where a protocol asks for more, they are held by an {@link UndecidedFlow}. The methods stand in the order that a
 * datagram passes them. One for all listeners of a server; loop thread only.
 */
final class UdpPeek {
    private static final Logger log = LoggerFactory.getLogger(UdpPeek.class);

    private final UdpServices shared;
    private final UdpLoop loop;
    private final Flows flows;
    private final UndecidedFlows undecided;
    private final int[] firstEnd = new int[1];
    private Inquiry inquiry = new Inquiry();

    UdpPeek(UdpServices shared) {
        this.shared = shared;
        this.loop = shared.loop();
        this.flows = loop.flows();
        this.undecided = new UndecidedFlows(loop.clients(), loop.firstMemory(), this::gaveWay);
    }

    /**
     * A client that will have a flow if there is a backend for it.
     *
     * @param id the flow's, whichever route it takes in the end
     * @param began when the first datagram came, by {@link System#nanoTime}
     */
    private record Newcomer(Clients.Key key, Generation generation, long id, long began, ByteBuffer datagram) {
        InetSocketAddress client() {
            return key.client();
        }
    }

    /** Takes a datagram of a client that has no stage. */
    void received(Clients.Key key, ByteBuffer datagram) {
        Generation generation = shared.generations().lease();
        boolean leased = false;
        try {
            leased = identify(key, generation, datagram);
        } finally {
            // An inquiry holds the plugin's classes.
            inquiry.reset();
            if (!leased) {
                shared.generations().release(generation);
            }
        }
    }

    /** Returns whether the lease has been taken over, by a flow that began or by an undecided one. */
    private boolean identify(Clients.Key key, Generation generation, ByteBuffer datagram) {
        int length = datagram.remaining();
        datagram.get(0, loop.peekBytes(), 0, length);
        firstEnd[0] = length;
        inquiry.reset();
        BytePeek peek = loop.peek().overDatagrams(loop.peekBytes(), firstEnd, 1, false);
        Identifier.@Nullable Outcome outcome = ask(key, generation, peek, inquiry);
        if (outcome == null) {
            refuse(EndReason.PLUGIN_FAULT, key, generation, inquiry);
            return false;
        }
        if (outcome == Identifier.Outcome.WAIT) {
            return await(key, generation, datagram);
        }
        Decision decision = decide(outcome, inquiry, key, generation);
        if (decision == null) {
            return false;
        }
        long id = shared.sessions().nextId();
        return route(decision, new Newcomer(key, generation, id, System.nanoTime(), datagram), inquiry) != null;
    }

    /** Asks the protocols; null if one threw, which costs this client's datagrams and nothing else. */
    private Identifier.@Nullable Outcome ask(Clients.Key key, Generation generation, BytePeek peek, Inquiry known) {
        try {
            return key.listener().routes(generation).identifier().ask(peek, known);
        } catch (Throwable e) {
            log.debug("a protocol plugin threw", e);
            return null;
        } finally {
            peek.clear();
        }
    }

    /** Holds the first datagram until another one comes; returns whether there is room for it. */
    private boolean await(Clients.Key key, Generation generation, ByteBuffer datagram) {
        UndecidedFlow flow = new UndecidedFlow(this, key, generation, inquiry);
        inquiry = new Inquiry();
        if (!undecided.hold(flow, datagram, loop.peekMemory(generation.limits()))) {
            refuse(EndReason.OVER_PEEK_MEMORY, key, generation, flow.inquiry());
            return false;
        }
        loop.loop().timers().set(flow, generation.limits().peek().timeoutMs());
        return true;
    }

    /** Takes a further datagram of an undecided client; one that there is no room for is dropped. */
    void received(UndecidedFlow flow, ByteBuffer datagram) {
        if (undecided.hold(flow, datagram, loop.peekMemory(flow.generation().limits()))) {
            askAgain(flow, false);
        }
    }

    /** Decides by the datagrams of {@code flow} that are there, since the wait is over. */
    void waitOver(UndecidedFlow flow) {
        if (flow.key().listener().accepts()) {
            flow.inquiry().waitEndedBy("peek_timeout");
            askAgain(flow, true);
        } else {
            cut(flow);
        }
    }

    /** Drops an undecided flow, since its listener closes or its time-out failed. */
    void cut(UndecidedFlow flow) {
        undecided.remove(flow);
        drop(flow, EndReason.CUT);
    }

    private void gaveWay(UndecidedFlow flow) {
        drop(flow, EndReason.OVER_PEEK_MEMORY);
    }

    private void drop(UndecidedFlow flow, EndReason why) {
        loop.loop().timers().clear(flow);
        try {
            refuse(why, flow.key(), flow.generation(), flow.inquiry());
        } finally {
            shared.generations().release(flow.generation());
        }
    }

    private void askAgain(UndecidedFlow flow, boolean waitOver) {
        BytePeek peek = loop.peek().overDatagrams(flow.bytes(), flow.ends(), flow.count(), waitOver);
        Identifier.@Nullable Outcome outcome = ask(flow.key(), flow.generation(), peek, flow.inquiry());
        if (outcome == null) {
            undecided.remove(flow);
            drop(flow, EndReason.PLUGIN_FAULT);
            return;
        }
        if (outcome != Identifier.Outcome.WAIT) {
            follow(flow, outcome);
        }
    }

    /** Opens a flow for one that is decided, which has the lease from then on, and passes its datagrams on in order. */
    private void follow(UndecidedFlow decided, Identifier.Outcome outcome) {
        loop.loop().timers().clear(decided);
        undecided.remove(decided);
        UdpFlow flow = null;
        try {
            Decision decision = decide(outcome, decided.inquiry(), decided.key(), decided.generation());
            flow = decision == null ? null : route(decision, newcomer(decided), decided.inquiry());
        } finally {
            if (flow == null) {
                shared.generations().release(decided.generation());
            }
        }
        for (int i = 1; flow != null && i < decided.count() && !flow.hasEnded(); i++) {
            flow.toBackend(decided.copy(i, loop.loop().buffer()));
        }
    }

    private Newcomer newcomer(UndecidedFlow decided) {
        ByteBuffer first = decided.copy(0, loop.loop().buffer());
        long id = shared.sessions().nextId();
        return new Newcomer(decided.key(), decided.generation(), id, decided.began(), first);
    }

    /** Returns what becomes of a client that a route takes and that there is room for; null if it has been refused. */
    private @Nullable Decision decide(
            Identifier.Outcome outcome, Inquiry known, Clients.Key key, Generation generation) {
        RouteTable routes = key.listener().routes(generation);
        Decision decision = routes.decide(outcome, known.candidate(), known.answer());
        EndReason why = decision.route() == null
                ? EndReason.unrouted(decision.reason())
                : flows.makeRoom(key.client(), generation.limits());
        if (why != null) {
            refuse(why, key, generation, known);
            return null;
        }
        return decision;
    }

    /** Returns the flow that has begun, which has the lease from then on; null if no backend takes it. */
    private @Nullable UdpFlow route(Decision decision, Newcomer who, Inquiry known) {
        Route to = decision.route();
        if (to == null) {
            drop(EndReason.unrouted(decision.reason()), who, known);
            return null;
        }
        if (decision.isFallback()) {
            shared.sessions().fallback(EndReason.unrouted(decision.reason()), who.client());
        }
        Taps taps = to.hooks().isEmpty() ? null : hooks(decision, to, who, known);
        UdpDial dial = new UdpDial(to, who.key());
        UdpSocket socket = connect(dial, taps);
        if (socket != null) {
            UdpFlow.Start start = new UdpFlow.Start(who.generation(), to, who.id(), taps);
            UdpFlow flow = new UdpFlow(who.key(), start, dial, socket);
            begin(flow, who.datagram());
            return flow;
        }
        if (taps != null) {
            taps.data(Direction.FROM_CLIENT, who.datagram());
            taps.closed(dial.end().label());
        }
        if (dial.end() != EndReason.NO_BACKEND) {
            // A fault of this machine, which the fallback would meet too.
            drop(dial.end(), who, known);
            return null;
        }
        return route(who.key().listener().routes(who.generation()).ofUnreachable(to), who, known);
    }

    private static @Nullable Taps hooks(Decision decision, Route to, Newcomer who, Inquiry known) {
        Introduction client = new Introduction(who.key(), who.id(), who.began(), known);
        return Taps.open(to.hooks(), client.routed(decision, to, false), null);
    }

    private @Nullable UdpSocket connect(UdpDial dial, @Nullable Taps taps) {
        try {
            return dial.connect(loop.sockets());
        } catch (RuntimeException | Error e) {
            if (taps != null) {
                taps.closed(EndReason.CUT.label());
            }
            throw e;
        }
    }

    /** From here on the flow has the lease, so that it is the flow that ends if this fails. */
    private void begin(UdpFlow flow, ByteBuffer first) {
        try {
            flow.key().listener().add(flow);
            shared.sessions().begin(flow);
            shared.sessions().routed(flow);
            flow.begin(first);
        } catch (RuntimeException | Error e) {
            flow.broken(e);
        }
    }

    /** A "no" is never remembered: the client's next datagram is looked at afresh. */
    private void refuse(EndReason why, Clients.Key key, Generation generation, Inquiry known) {
        shared.sessions().refuse(why, key, known, generation.refusals());
    }

    /** Drops a client whose route could not take it, so that the hooks of that route have been notified. */
    private void drop(EndReason why, Newcomer who, Inquiry known) {
        shared.sessions().refuse(why, who.client(), known);
    }
}
