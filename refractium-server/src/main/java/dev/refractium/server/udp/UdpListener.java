package dev.refractium.server.udp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.ListenerLimits;
import dev.refractium.server.generation.ProxyTrust;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.net.Loop;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.ListenerMeter;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.socket.UdpSocket;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives datagrams on one address. Lives on one event loop, with all of its flows. */
final class UdpListener implements UdpSocket.Owner {
    private static final Logger log = LoggerFactory.getLogger(UdpListener.class);
    private static final int DATAGRAMS_A_TURN = 64;

    /** A socket that the loop did not take is registered again after this long. */
    private static final long REGISTER_AGAIN_MS = 1_000;

    private final UdpSocket socket;
    private final InetSocketAddress address;
    private final UdpServices shared;
    private final Loop loop;
    private final UdpPeek peek;
    private final Clients clients;
    private final Flows flows;

    /** How many flows have begun here and not ended. */
    private int open;

    private boolean draining;

    /** Whether another process receives in its place. Loop thread only. */
    private boolean released;

    /** Whether the machine no longer has its address. Loop thread only. */
    private boolean retired;

    /** The set that it belongs to, and the one that it was taken from; both written by {@link UdpPorts}. */
    private volatile UdpListeners owner;

    private volatile @Nullable UdpListeners previous;

    /** Whether the loop has the socket; written by the loop. */
    private volatile boolean registered;

    /** Takes over a socket that is bound. */
    UdpListener(UdpSocket socket, UdpListeners owner, UdpServices shared) throws IOException {
        this.socket = socket;
        this.owner = owner;
        this.address = socket.local();
        this.shared = shared;
        this.loop = shared.loop().loop();
        this.peek = shared.peek();
        this.clients = shared.loop().clients();
        this.flows = shared.loop().flows();
    }

    /** Returns the address that it is bound to. */
    InetSocketAddress address() {
        return address;
    }

    /** Returns the set that it belongs to. Any thread. */
    UdpListeners owner() {
        return owner;
    }

    /** Belongs to {@code next} from now on, with its flows. */
    void takenBy(UdpListeners next) {
        previous = owner;
        owner = next;
    }

    /** Returns to the set that it was taken from; returns false if it was opened by the one that it belongs to. */
    boolean givenBack() {
        UdpListeners before = previous;
        if (before == null) {
            return false;
        }
        owner = before;
        previous = null;
        loop.execute(this::closeIfOver);
        return true;
    }

    /** Begins to receive. A socket that the loop does not take, for want of memory, is registered again each second. */
    void start() {
        previous = null;
        if (registered || !socket.isOpen()) {
            return;
        }
        try {
            socket.register(loop, this);
            registered = true;
        } catch (RuntimeException | Error e) {
            log.warn("cannot receive address={} reason={}; trying again", address, e.toString());
            loop.after(REGISTER_AGAIN_MS, this::start);
        }
    }

    /** Begins no new flow; those that are alive go on until they are quiet for a moment. */
    void drain() {
        draining = true;
        clients.forEach(stage -> {
            if (stage.key().listener() == this) {
                stage.drain();
            }
        });
    }

    /** Returns the number of its socket's descriptor, for another process. Any thread. */
    OptionalInt pass() {
        return socket.pass();
    }

    /** Drains, and leaves the datagrams that arrive to the process that has the socket, too. */
    void release() {
        released = true;
        socket.release();
        drain();
    }

    /** Begins no new flow, and closes when the last one has ended, since its address is gone. */
    void retire() {
        retired = true;
        closeIfOver();
    }

    /** Begins new flows again, after {@link #retire}, if the socket is still open. */
    void resume() {
        retired = false;
    }

    boolean isRetired() {
        return retired;
    }

    /** Receives the datagrams that are there, notified or not. */
    void check() {
        start();
        readable();
    }

    /** Stops receiving, and with that every flow's way back. */
    void close() {
        socket.close();
    }

    /** Sets whether others may bind the same address. */
    void share(boolean shared) throws IOException {
        socket.share(shared);
    }

    /** Returns whether its socket is open. Any thread. */
    boolean isOpen() {
        return socket.isOpen();
    }

    /** Returns whether datagrams are received. Any thread. */
    boolean isReceiving() {
        return registered && socket.isOpen();
    }

    @Override
    public void readable() {
        // A datagram may end the last flow of a listener that retires, and with it the socket.
        for (int i = 0; i < DATAGRAMS_A_TURN && socket.isOpen() && !released; i++) {
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

    private void received(ByteBuffer datagram, InetSocketAddress peer) {
        ProxyTrust trust = current().trust(Transport.UDP, owner.name());
        if (trust == null) {
            received(datagram, peer, peer, address);
            return;
        }
        DatagramSender sender = DatagramSender.of(trust, datagram, peer, address);
        EndReason refused = sender.refused();
        if (refused == null) {
            received(datagram, sender.client(), peer, sender.destination());
        } else if (refused == EndReason.PROXY_PROBE) {
            shared.sessions().refuse(meter().undecided(), refused, peer, null);
        } else {
            shared.sessions()
                    .refuse(
                            meter().undecided(),
                            refused,
                            new Clients.Key(this, peer),
                            current().refusals());
        }
    }

    private void received(
            ByteBuffer datagram, InetSocketAddress client, InetSocketAddress peer, InetSocketAddress destination) {
        Stage current = clients.find(this, client, peer);
        if (current != null) {
            current.received(datagram);
        } else if (isServing()) {
            begin(new Clients.Key(this, client, peer, destination), datagram);
        }
    }

    /** Takes the datagram of a client that has no stage. */
    void begin(Clients.Key client, ByteBuffer datagram) {
        peek.received(client, datagram);
    }

    /** Returns whether new flows begin here. */
    boolean isServing() {
        return !draining && !retired && owner.isServing();
    }

    /** Returns whether a client that has been undecided may begin a flow here. */
    boolean accepts() {
        return isServing() && socket.isOpen();
    }

    Loop loop() {
        return loop;
    }

    boolean isDraining() {
        return draining;
    }

    /** Returns the kind of sockets that its flows have. */
    Sockets sockets() {
        return shared.loop().sockets();
    }

    /** Returns the generation that new flows begin with. */
    Generation current() {
        return shared.generations().current();
    }

    /** Returns the routes that {@code generation} has for its flows. */
    RouteTable routes(Generation generation) {
        return generation.table(Transport.UDP, owner.name(), address().getPort());
    }

    /** Returns the counters of its clients. */
    ListenerMeter meter() {
        return shared.sessions().meters().listener(Transport.UDP, owner.name());
    }

    /** Returns what {@code generation} enforces on its flows. */
    ListenerLimits limits(Generation generation) {
        return generation.limits(Transport.UDP, owner.name());
    }

    /** Returns how many bytes of first datagrams may be held. */
    long peekMemory(SessionLimits limits) {
        return shared.loop().peekMemory(limits);
    }

    /** Returns the memory that first datagrams count against. */
    FirstDatagram.Memory firstMemory() {
        return shared.loop().firstMemory();
    }

    /** Passes a backend's datagram to its client; one that cannot be sent is lost, as datagrams may be. */
    void send(ByteBuffer datagram, InetSocketAddress client) {
        try {
            socket.send(datagram, client);
        } catch (IOException e) {
            log.debug("sending to {}", client, e);
        }
    }

    /** Files a flow again, since a datagram of it has moved. */
    void moved(UdpFlow flow, FlowOrder.Standing before) {
        flows.moved(flow, before);
    }

    /** Notes that a target has refused a flow. */
    void refused(Target target) {
        if (target.refused()) {
            shared.loop().probe(target);
        }
    }

    /** Ends {@code flow} for the server; called once for each flow, before its socket closes. */
    void ended(UdpFlow flow, EndReason why) {
        try {
            shared.sessions().end(flow, why, flow.fromClient() + flow.fromBackend());
        } finally {
            shared.generations().release(flow.leased());
            closeIfOver();
        }
    }

    /** Adds a flow that begins. */
    void add(UdpFlow flow) {
        open++;
        clients.add(flow);
        flows.add(flow);
    }

    /** Removes a flow that ends. */
    void remove(UdpFlow flow) {
        open--;
        clients.remove(flow);
        flows.remove(flow);
    }

    /** Closes if it begins no new flow and has none left, unless another set has taken it meanwhile. */
    void closeIfOver() {
        UdpListeners of = owner;
        if ((retired || of.isLeaving()) && open == 0) {
            shared.ports().close(this, of);
        }
    }
}
