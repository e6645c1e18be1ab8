package dev.refractium.server.udp;

import dev.refractium.api.Direction;
import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.hook.Opening;
import dev.refractium.server.hook.Taps;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.net.Loop;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.End;
import dev.refractium.server.upstream.Backend;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives datagrams on one address; its methods stand in the order that a new client's first one passes them. Lives on
 * one event loop, with all of its flows.
 */
public final class UdpListener implements NioIoHandle {
    private static final Logger log = LoggerFactory.getLogger(UdpListener.class);
    private static final int DATAGRAMS_A_TURN = 64;

    private final DatagramChannel channel;
    private final InetSocketAddress address;
    private final UdpShared shared;
    private final Loop loop;
    private final Flows flows;
    private final BytePeek peek = new BytePeek(Transport.UDP);
    private final byte[] peekBytes = new byte[65536];
    private final Inquiry inquiry = new Inquiry();
    private @Nullable IoRegistration registration;
    private boolean draining;
    private boolean retiring;

    /** Takes over a channel that is bound and does not block. */
    UdpListener(DatagramChannel channel, UdpShared shared, Loop loop, Flows flows) throws IOException {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.getLocalAddress();
        this.shared = shared;
        this.loop = loop;
        this.flows = flows;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Begins to receive. */
    public void start() {
        loop.execute(() -> {
            registration = loop.register(this);
            registration.submit(NioIoOps.READ);
        });
    }

    /** Begins no new flow; those that are alive go on until they are quiet for a moment. Any thread. */
    public void drain() {
        loop.execute(() -> {
            draining = true;
            flows.of(this).forEach(UdpFlow::drain);
        });
    }

    /** Begins no new flow, and closes when the last one has ended. Any thread. */
    public void retire() {
        loop.execute(() -> {
            retiring = true;
            closeIfRetired();
        });
    }

    /** Ends all flows and closes. Any thread but the loop; when this returns, the port is free. */
    public void abandon() {
        loop.execute(() -> flows.of(this).forEach(flow -> flow.end(End.CUT)));
        close();
    }

    /** Whether its socket is open. Any thread. */
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        for (int i = 0; i < DATAGRAMS_A_TURN; i++) {
            try {
                ByteBuffer buffer = loop.buffer();
                InetSocketAddress client = (InetSocketAddress) channel.receive(buffer);
                if (client == null) {
                    return;
                }
                received(buffer.flip(), client);
            } catch (IOException e) {
                // The error of one datagram that this socket sent before; the next receive is a new one.
                log.debug("receiving", e);
            } catch (RuntimeException | Error e) {
                log.error("datagram failed", e);
            }
        }
    }

    private void received(ByteBuffer datagram, InetSocketAddress client) {
        UdpFlow flow = flows.find(this, client);
        if (flow != null) {
            flow.toBackend(datagram);
        } else if (!draining && !retiring) {
            Generation generation = shared.generations().lease();
            boolean leased = false;
            try {
                leased = identify(generation, datagram, client);
            } finally {
                // It would hold the plugin's classes until the next datagram.
                inquiry.reset();
                if (!leased) {
                    shared.generations().release(generation);
                }
            }
        }
    }

    /** Whether a flow began, which has the lease from then on. */
    private boolean identify(Generation generation, ByteBuffer datagram, InetSocketAddress client) {
        RouteTable routes = generation.udp();
        int length = datagram.remaining();
        datagram.get(0, peekBytes, 0, length);
        inquiry.reset();
        Identifier.Outcome outcome;
        try {
            outcome = routes.identifier().ask(peek.over(peekBytes, length, true), inquiry);
        } catch (Throwable e) {
            // Whatever a plugin throws costs this datagram and nothing else.
            log.debug("a protocol plugin threw", e);
            drop(End.PLUGIN_FAULT, client);
            return false;
        } finally {
            peek.clear();
        }
        Decision decision = routes.decide(outcome, inquiry.candidate(), inquiry.answer());
        return (decision.route() == null || makeRoom(client, generation.limits()))
                && follow(decision, generation, client, datagram);
    }

    private boolean follow(Decision decision, Generation generation, InetSocketAddress client, ByteBuffer datagram) {
        Route to = decision.route();
        if (to == null) {
            drop(End.unrouted(decision.reason()), client);
            return false;
        }
        if (decision.isFallback()) {
            shared.endLog().fallback(End.unrouted(decision.reason()), client.getAddress());
        }
        long id = shared.sessions().nextId();
        Taps taps = to.hooks().isEmpty() ? null : Taps.open(to.hooks(), opening(id, decision, to, client), null);
        if (open(new Found(generation, to, id, taps), client, datagram)) {
            return true;
        }
        if (taps != null) {
            taps.data(Direction.FROM_CLIENT, datagram);
            taps.closed(End.NO_BACKEND.label());
        }
        return follow(generation.udp().ofUnreachable(to), generation, client, datagram);
    }

    /** The route of a new flow, and who watches it. */
    private record Found(
            Generation generation,
            Route route,
            long id,
            @Nullable Taps taps) {}

    private Opening opening(long id, Decision decision, Route to, InetSocketAddress client) {
        Candidate candidate = inquiry.candidate();
        return new Opening(
                String.valueOf(id),
                Transport.UDP,
                client,
                address,
                candidate == null ? "" : candidate.protocol().name(),
                inquiry.answer().attributes(),
                to.name(),
                decision.isFallback()
                        ? "fallback " + End.unrouted(decision.reason()).label()
                        : "match",
                System.nanoTime());
    }

    /** A "no" is never remembered: the client's next datagram is looked at afresh. */
    private void drop(End why, InetSocketAddress client) {
        shared.sessions().count(why);
        shared.endLog().end(why, client.getAddress(), null);
    }

    private boolean makeRoom(InetSocketAddress client, SessionLimits limits) {
        if (flows.isFullFor(client, limits)) {
            UdpFlow eldest = flows.eldest(client, limits);
            if (eldest == null) {
                drop(End.OVER_UDP_SESSIONS, client);
                return false;
            }
            eldest.end(End.OVER_UDP_SESSIONS);
        }
        return true;
    }

    private boolean open(Found found, InetSocketAddress client, ByteBuffer first) {
        Route route = found.route();
        List<Backend> tried = new ArrayList<>(2);
        for (Backend next = route.pool().next(tried);
                next != null;
                next = route.pool().next(tried)) {
            InetSocketAddress target = next.address();
            try {
                if (target != null) {
                    UdpFlow flow = UdpFlow.open(
                            this,
                            client,
                            new UdpFlow.Target(found.generation(), route, next, found.id(), found.taps()),
                            target);
                    if (found.taps() != null) {
                        found.taps().connected(target);
                    }
                    flows.add(flow);
                    shared.sessions().began(flow);
                    shared.endLog().routed(flow, client.getAddress());
                    flow.toBackend(first);
                    if (found.generation().hasEnded(route)) {
                        flow.cut(End.ROUTE_REMOVED);
                    }
                    return true;
                }
            } catch (IOException e) {
                log.debug("cannot open a flow backend={} reason={}", next, e.toString());
            }
            tried.add(next);
        }
        return false;
    }

    Loop loop() {
        return loop;
    }

    boolean isDraining() {
        return draining;
    }

    /** Passes a backend's datagram to its client; one that cannot be sent is lost, as datagrams may be. */
    void send(ByteBuffer datagram, InetSocketAddress client) throws IOException {
        try {
            channel.send(datagram, client);
        } catch (IOException e) {
            log.debug("sending to {}", client, e);
        }
    }

    /** The flow's backend has answered. */
    void answered(UdpFlow flow) {
        flows.answered(flow);
    }

    void ended(UdpFlow flow, End why, Generation generation, long relayed) {
        flows.remove(flow);
        shared.endLog().end(why, flow.key().client().getAddress(), flow);
        shared.sessions().ended(flow, why, relayed);
        shared.generations().release(generation);
        closeIfRetired();
    }

    private void closeIfRetired() {
        if (retiring && flows.of(this).isEmpty()) {
            close();
        }
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }

    /** Stops receiving, and with that every flow's way back. Any thread; when this returns, the port is free. */
    @Override
    public void close() {
        if (!loop.isCurrent()) {
            loop.close(this);
            return;
        }
        if (registration != null) {
            registration.cancel();
        }
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing the listener", e);
        }
    }
}
