package dev.refractium.server.udp;

import dev.refractium.api.Direction;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.hook.SessionFacts;
import dev.refractium.server.hook.Taps;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.limit.Refusal;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Introduction;
import dev.refractium.server.session.SessionMeter;
import dev.refractium.server.socket.UdpSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Opens flows for clients that are decided, if the listener and the route have a place and a backend takes them. One for
 * all listeners of a server; loop thread only.
 */
final class FlowOpener {
    private final UdpServices shared;
    private final UdpLoop loop;
    private final Flows flows;

    FlowOpener(UdpServices shared) {
        this.shared = shared;
        this.loop = shared.loop();
        this.flows = loop.flows();
    }

    /**
     * A client that will have a flow if there is a place and a backend for it.
     *
     * @param id the flow's, whichever route it takes in the end
     * @param began when the first datagram came, by {@link System#nanoTime}
     * @param peek for how many nanoseconds its route was being decided
     */
    record Newcomer(Clients.Key key, Generation generation, long id, long began, long peek, ByteBuffer datagram) {
        InetSocketAddress client() {
            return key.client();
        }
    }

    /** Returns the flow that has begun, which has the lease from then on; null if the client has been refused. */
    @Nullable
    UdpFlow open(Decision decision, Newcomer who, Inquiry known) {
        ListenerGate gate = who.key().listener().limits(who.generation()).gate();
        if (!gate.takePlace()) {
            refuse(EndReason.OVER_MAX_CONNECTIONS, who, known);
            return null;
        }
        UdpFlow flow = null;
        try {
            EndReason full = flows.makeRoom(who.client(), who.generation().limits(), gate.exempt());
            if (full == null) {
                flow = route(decision, who, known, gate);
            } else {
                refuse(full, who, known);
            }
        } finally {
            if (flow == null) {
                gate.leave();
            }
        }
        return flow;
    }

    /** @param gate of the listener, where the flow has a place */
    private @Nullable UdpFlow route(Decision decision, Newcomer who, Inquiry known, ListenerGate gate) {
        Route to = decision.route();
        if (to == null) {
            // The hooks of the route that could not take it have been notified.
            SessionMeter meter = who.key().listener().meter().undecided();
            shared.sessions().refuse(meter, EndReason.unrouted(decision.reason()), who.client(), known);
            return null;
        }
        SessionMeter meter = who.key().listener().meter().of(known.protocol(), to.name());
        Refusal refusal = to.limits().gate().enter(who.client().getAddress(), gate.exempt());
        if (refusal != null) {
            EndReason why = EndReason.of(refusal);
            shared.sessions()
                    .refuse(
                            meter,
                            why,
                            who.key(),
                            known,
                            who.began(),
                            who.generation().refusals());
            return null;
        }
        if (decision.isFallback()) {
            shared.sessions().fallback(EndReason.unrouted(decision.reason()), who.client());
        }
        UdpDial dial = new UdpDial(to, who.key(), known.answer());
        UdpFlow flow = null;
        try {
            Taps taps = to.hooks().isEmpty() ? null : hooks(decision, to, who, known);
            flow = dial(dial, who, new UdpFlow.Start(who.generation(), to, who.id(), taps, gate, meter));
        } finally {
            if (flow == null) {
                to.limits().gate().leave();
            }
        }
        if (flow != null) {
            return flow;
        }
        if (dial.end() != EndReason.NO_BACKEND) {
            // A fault of this machine, which the fallback would meet too; or a pool that is full.
            shared.sessions().refuse(meter, dial.end(), who.client(), known);
            return null;
        }
        return route(who.key().listener().routes(who.generation()).ofUnreachable(to), who, known, gate);
    }

    private static @Nullable Taps hooks(Decision decision, Route to, Newcomer who, Inquiry known) {
        SessionFacts.Times times = new SessionFacts.Times(who.began(), -1, who.peek());
        Introduction client = new Introduction(
                who.key(),
                who.key().listener().owner().name(),
                who.id(),
                who.generation().number(),
                times,
                known);
        return Taps.open(to.hooks(), client.routed(decision, to, false), null);
    }

    /** Returns a flow to a backend of its route; null if none takes it. */
    private @Nullable UdpFlow dial(UdpDial dial, Newcomer who, UdpFlow.Start start) {
        Taps taps = start.taps();
        dial.watched(taps);
        UdpSocket socket = connect(dial, taps);
        if (socket != null) {
            UdpFlow flow = new UdpFlow(who.key(), start, dial, socket);
            begin(flow, who.datagram());
            return flow;
        }
        if (taps != null) {
            taps.data(Direction.FROM_CLIENT, who.datagram());
            taps.closed(dial.end().label());
        }
        return null;
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

    /** Refuses a client that no hook has seen. */
    private void refuse(EndReason why, Newcomer who, Inquiry known) {
        SessionMeter meter = who.key().listener().meter().undecided();
        shared.sessions()
                .refuse(
                        meter,
                        why,
                        who.key(),
                        known,
                        who.began(),
                        who.generation().refusals());
    }
}
