package dev.refractium.server.udp;

import dev.refractium.server.generation.Generations;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Loops;
import dev.refractium.server.session.EndLog;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.upstream.Target;
import java.util.HashSet;
import java.util.Set;

/**
 * What the UDP listeners of a server share: the flows above all, which are limited together whatever address they came
 * in by, and live on one loop.
 */
public final class UdpShared implements AutoCloseable {
    private final Generations generations;
    private final Sessions sessions;
    private final EndLog endLog;
    private final Loop loop;
    private final UdpSockets sockets;
    private final Newcomers newcomers;
    private final LocalAddresses addresses;
    private final UdpPorts ports;
    private final FirstDatagram.Memory firstMemory = new FirstDatagram.Memory();

    /** The targets that probes ask. Loop thread only. */
    private final Set<Target> probed = new HashSet<>();

    /** @param generations gives new flows the one that they begin with */
    public UdpShared(Generations generations, Sessions sessions, EndLog endLog, Loops loops) {
        this(generations, sessions, endLog, loops, UdpSockets.of(loops.io()));
    }

    UdpShared(Generations generations, Sessions sessions, EndLog endLog, Loops loops, UdpSockets sockets) {
        this.generations = generations;
        this.sessions = sessions;
        this.endLog = endLog;
        this.loop = loops.udp();
        this.sockets = sockets;
        this.addresses = new LocalAddresses(loop);
        this.newcomers = new Newcomers(this);
        this.ports = new UdpPorts(this);
    }

    Generations generations() {
        return generations;
    }

    Sessions sessions() {
        return sessions;
    }

    EndLog endLog() {
        return endLog;
    }

    Loop loop() {
        return loop;
    }

    UdpSockets sockets() {
        return sockets;
    }

    Newcomers newcomers() {
        return newcomers;
    }

    UdpPorts ports() {
        return ports;
    }

    LocalAddresses addresses() {
        return addresses;
    }

    FirstDatagram.Memory firstMemory() {
        return firstMemory;
    }

    /** Looks at the machine's addresses soon, rather than in some seconds. Any thread. */
    public void lookAtAddresses() {
        addresses.look();
    }

    /** Asks a target whether it refuses, unless a probe does already. Loop thread. */
    void probe(Target target) {
        if (probed.add(target)) {
            UdpProbe probe = new UdpProbe(target, loop, sockets, () -> probed.remove(target));
            // The loop's buffer is in use now.
            loop.later(probe::begin);
        }
    }

    /** Looks at no addresses any more. Any thread. */
    @Override
    public void close() {
        addresses.close();
    }
}
