package dev.refractium.server.udp;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.net.Loop;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.Target;
import java.util.HashSet;
import java.util.Set;

/**
 * Services that the UDP flows of one loop share: the kind of sockets, the tables of clients and flows, the peek that
 * protocols read, the memory for datagrams that may be sent again, and the probes of targets that refused. Loop thread
 * only.
 */
final class UdpLoop {
    /** First datagrams may have this part of {@code peek_memory}. */
    private static final int PEEK_MEMORY_PART = 8;

    private final Loop loop;
    private final Sockets sockets;
    private final BytePeek peek = new BytePeek(Transport.UDP);
    private final byte[] peekBytes = new byte[65536];
    private final Clients clients = new Clients();
    private final Flows flows = new Flows();
    private final FirstDatagram.Memory firstMemory = new FirstDatagram.Memory();

    /** The targets that are being probed. */
    private final Set<Target> probed = new HashSet<>();

    UdpLoop(Loop loop, Sockets sockets) {
        this.loop = loop;
        this.sockets = sockets;
    }

    Loop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    BytePeek peek() {
        return peek;
    }

    /** Returns where the bytes of a first datagram are shown to protocols; lost with the next one's. */
    byte[] peekBytes() {
        return peekBytes;
    }

    Clients clients() {
        return clients;
    }

    Flows flows() {
        return flows;
    }

    /** Returns the memory that first datagrams count against. */
    FirstDatagram.Memory firstMemory() {
        return firstMemory;
    }

    /** Returns how many bytes of first datagrams may be held, by undecided clients and for another target. */
    long peekMemory(SessionLimits limits) {
        return limits.peek().memory() / PEEK_MEMORY_PART;
    }

    /** Probes whether a target refuses, unless a probe is under way. */
    void probe(Target target) {
        if (probed.add(target)) {
            UdpProbe probe = new UdpProbe(target, loop, sockets, () -> probed.remove(target));
            // The loop's buffer is in use now.
            loop.later(probe::begin);
        }
    }
}
