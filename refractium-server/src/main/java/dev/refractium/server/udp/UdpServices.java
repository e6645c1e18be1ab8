package dev.refractium.server.udp;

import dev.refractium.server.generation.Generations;
import dev.refractium.server.net.Loops;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.socket.Sockets;

/**
 * Services that the UDP listeners of a server share: above all the flows, which are limited together whatever listener
 * they belong to, and live on one loop.
 */
public final class UdpServices implements AutoCloseable {
    private final Generations generations;
    private final Sessions sessions;
    private final UdpLoop loop;
    private final UdpPeek peek;
    private final LocalAddresses addresses;
    private final UdpPorts ports;

    /** @param generations gives new flows the one that they begin with */
    public UdpServices(Generations generations, Sessions sessions, Loops loops) {
        this(generations, sessions, loops, Sockets.of(loops.io()));
    }

    /** As above, with sockets that listeners take inherited ones by. */
    public UdpServices(Generations generations, Sessions sessions, Loops loops, Sockets sockets) {
        this.generations = generations;
        this.sessions = sessions;
        this.loop = new UdpLoop(loops.udp(), sockets);
        this.addresses = new LocalAddresses(loops.udp());
        this.peek = new UdpPeek(this);
        this.ports = new UdpPorts(this);
    }

    Generations generations() {
        return generations;
    }

    Sessions sessions() {
        return sessions;
    }

    UdpLoop loop() {
        return loop;
    }

    UdpPeek peek() {
        return peek;
    }

    UdpPorts ports() {
        return ports;
    }

    LocalAddresses addresses() {
        return addresses;
    }

    /** Returns how many bytes of first datagrams are held. Any thread; a moment old. */
    public long peekHeld() {
        return loop.firstMemory().held();
    }

    /** Reads the machine's addresses soon, rather than in some seconds. Any thread. */
    public void lookAtAddresses() {
        addresses.look();
    }

    /** Stops reading the machine's addresses. Any thread. */
    @Override
    public void close() {
        addresses.close();
    }
}
