package dev.refractium.server.udp;

import dev.refractium.server.generation.Generations;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Loops;
import dev.refractium.server.session.EndLog;
import dev.refractium.server.session.Sessions;

/**
 * What the UDP listeners of a server share: the flows above all, which are limited together whatever address they came
 * in by, and live on one loop.
 */
public final class UdpShared {
    private final Generations generations;
    private final Sessions sessions;
    private final EndLog endLog;
    private final Loop loop;
    private final UdpSockets sockets;
    private final Newcomers newcomers;

    /** @param generations gives new flows the one that they begin with */
    public UdpShared(Generations generations, Sessions sessions, EndLog endLog, Loops loops) {
        this.generations = generations;
        this.sessions = sessions;
        this.endLog = endLog;
        this.loop = loops.udp();
        this.sockets = UdpSockets.of(loops.io());
        this.newcomers = new Newcomers(this);
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
}
