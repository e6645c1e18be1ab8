package dev.refractium.server.udp;

import dev.refractium.server.generation.Generation;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.limit.Refusal;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.EndReason;
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
    private final FlowOpener flows;
    private final UndecidedFlows undecided;
    private final int[] firstEnd = new int[1];
    private Inquiry inquiry = new Inquiry();

    UdpPeek(UdpServices shared) {
        this.shared = shared;
        this.loop = shared.loop();
        this.flows = new FlowOpener(shared);
        this.undecided = new UndecidedFlows(loop.clients(), loop.firstMemory(), this::gaveWay);
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
        Refusal refusal =
                key.listener().limits(generation).gate().arrive(key.client().getAddress());
        if (refusal != null) {
            shared.sessions()
                    .refuse(key.listener().meter().undecided(), EndReason.of(refusal), key, generation.refusals());
            return false;
        }
        long began = System.nanoTime();
        int length = datagram.remaining();
        datagram.get(0, loop.peekBytes(), 0, length);
        firstEnd[0] = length;
        inquiry.reset();
        BytePeek peek = loop.peek().overDatagrams(loop.peekBytes(), firstEnd, 1, false);
        Identifier.@Nullable Outcome outcome = ask(key, generation, peek, inquiry);
        if (outcome == null) {
            refuse(EndReason.PLUGIN_FAULT, key, generation, inquiry, began);
            return false;
        }
        if (outcome == Identifier.Outcome.WAIT) {
            return await(key, generation, datagram);
        }
        Decision decision = decide(outcome, inquiry, key, generation, began, datagram);
        if (decision == null) {
            return false;
        }
        long id = shared.sessions().nextId();
        return flows.open(
                        decision,
                        new FlowOpener.Newcomer(key, generation, id, began, System.nanoTime() - began, datagram),
                        inquiry)
                != null;
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
            refuse(EndReason.OVER_PEEK_MEMORY, key, generation, flow.inquiry(), flow.began());
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
            refuse(why, flow.key(), flow.generation(), flow.inquiry(), flow.began());
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
            ByteBuffer said = ByteBuffer.wrap(decided.bytes());
            Decision decision =
                    decide(outcome, decided.inquiry(), decided.key(), decided.generation(), decided.began(), said);
            flow = decision == null ? null : flows.open(decision, newcomer(decided), decided.inquiry());
        } finally {
            if (flow == null) {
                shared.generations().release(decided.generation());
            }
        }
        for (int i = 1; flow != null && i < decided.count() && !flow.hasEnded(); i++) {
            flow.toBackend(decided.copy(i, loop.loop().buffer()));
        }
    }

    private FlowOpener.Newcomer newcomer(UndecidedFlow decided) {
        ByteBuffer first = decided.copy(0, loop.loop().buffer());
        long id = shared.sessions().nextId();
        return new FlowOpener.Newcomer(
                decided.key(), decided.generation(), id, decided.began(), System.nanoTime() - decided.began(), first);
    }

    /**
     * Returns what becomes of a client that a route takes; null if it has been refused.
     *
     * @param said what the client has sent
     */
    private @Nullable Decision decide(
            Identifier.Outcome outcome,
            Inquiry known,
            Clients.Key key,
            Generation generation,
            long began,
            ByteBuffer said) {
        key.listener().meter().protocol(known.protocol()).identification().record(System.nanoTime() - began);
        RouteTable routes = key.listener().routes(generation);
        Decision decision = routes.decide(
                outcome, known.candidate(), known.answer(), key.client().getAddress());
        if (decision.route() == null) {
            EndReason why = EndReason.unrouted(decision.reason());
            if (shared.sessions().samples().areWanted(why)) {
                shared.sessions().samples().add(key.listener().meter(), why, said);
            }
            refuse(why, key, generation, known, began);
            return null;
        }
        return decision;
    }

    /** A "no" is never remembered: the client's next datagram is looked at afresh. */
    private void refuse(EndReason why, Clients.Key key, Generation generation, Inquiry known, long began) {
        shared.sessions().refuse(key.listener().meter().undecided(), why, key, known, began, generation.refusals());
    }
}
