package dev.refractium.server.udp;

import dev.refractium.server.generation.Generation;
import dev.refractium.server.net.Loop;
import dev.refractium.server.session.End;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives datagrams on one address. Lives on one event loop, with all of its flows. */
public final class UdpListener implements UdpSocket.Owner {
    private static final Logger log = LoggerFactory.getLogger(UdpListener.class);
    private static final int DATAGRAMS_A_TURN = 64;

    private final UdpSocket socket;
    private final InetSocketAddress address;
    private final UdpShared shared;
    private final Loop loop;
    private final Newcomers newcomers;
    private final Flows flows;
    private final AtomicReference<State> state = new AtomicReference<>(State.HELD);
    private boolean draining;
    private boolean registered;

    /** Written by the thread that starts and reloads; the loop closes one that retires. */
    private enum State {
        /** Bound, and begins no new flow. */
        HELD,
        SERVING,
        /** Begins no new flow, and closes with its last one. */
        RETIRING,
        CLOSED
    }

    /** Takes over a socket that is bound. */
    UdpListener(UdpSocket socket, UdpShared shared) throws IOException {
        this.socket = socket;
        this.address = socket.local();
        this.shared = shared;
        this.loop = shared.loop();
        this.newcomers = shared.newcomers();
        this.flows = newcomers.flows();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Begins to receive, or new flows again. Any thread. */
    public void start() {
        if (state.getAndUpdate(now -> now == State.CLOSED ? now : State.SERVING) != State.CLOSED) {
            loop.execute(this::register);
        }
    }

    private void register() {
        if (!registered && socket.isOpen()) {
            registered = true;
            socket.register(loop, this);
        }
    }

    /** Keeps one that serves or retires open until {@link #start} or {@link #release}; false if it has closed. */
    boolean hold() {
        return state.updateAndGet(now -> now == State.RETIRING ? State.HELD : now) != State.CLOSED;
    }

    /** Undoes {@link #hold}. */
    void release() {
        if (state.compareAndSet(State.HELD, State.RETIRING)) {
            loop.execute(this::closeIfRetired);
        }
    }

    /** Lets other sockets of this process have the port too, or no longer. */
    void share(boolean shared) throws IOException {
        if (socket.isOpen()) {
            socket.share(shared);
        }
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
        state.updateAndGet(now -> now == State.CLOSED ? now : State.RETIRING);
        loop.execute(this::closeIfRetired);
    }

    /** Whether its socket is open. Any thread. */
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void readable() {
        // A datagram may end the last flow of a listener that retires, and with it the socket.
        for (int i = 0; i < DATAGRAMS_A_TURN && socket.isOpen(); i++) {
            try {
                ByteBuffer buffer = loop.buffer();
                InetSocketAddress client = socket.receive(buffer);
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
        } else if (!draining && state.get() == State.SERVING) {
            newcomers.welcome(new Flows.Key(this, client), datagram);
        }
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
            socket.send(datagram, client);
        } catch (IOException e) {
            log.debug("sending to {}", client, e);
        }
    }

    /** A datagram of the flow has moved. */
    void moved(UdpFlow flow, FlowOrder.Standing before, FlowOrder.Standing now) {
        flows.moved(flow, before, now);
    }

    void ended(UdpFlow flow, End why, Generation generation, long relayed) {
        flows.remove(flow);
        shared.endLog().end(why, flow.key().client().getAddress(), flow);
        shared.sessions().ended(flow, why, relayed);
        shared.generations().release(generation);
        closeIfRetired();
    }

    private void closeIfRetired() {
        if (state.get() == State.RETIRING
                && flows.of(this).isEmpty()
                && state.compareAndSet(State.RETIRING, State.CLOSED)) {
            close();
        }
    }

    /** Stops receiving, and with that every flow's way back. Any thread; when this returns, the port is free. */
    public void close() {
        state.set(State.CLOSED);
        if (loop.isCurrent()) {
            socket.close();
        } else {
            loop.close(socket);
        }
    }
}
