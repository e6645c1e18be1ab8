package dev.refractium.server.health;

import dev.refractium.server.net.Loop;
import dev.refractium.server.net.LoopRotation;
import dev.refractium.server.net.Loops;
import dev.refractium.server.socket.Sockets;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** What all probes of a server share: the loops that they run on, in turn, and their pace. Any thread. */
final class ProbeLoops {
    private final Sockets sockets;
    private final LoopRotation<Loop> rotation;
    private final LongSupplier nanoClock = System::nanoTime;
    private final Pace pace = new Pace(nanoClock);
    private volatile boolean closed;

    ProbeLoops(Loops loops) {
        this.sockets = Sockets.of(loops.io());
        this.rotation = new LoopRotation<>(loops.tcp(), Function.identity());
    }

    Loop next() {
        return rotation.next();
    }

    Sockets sockets() {
        return sockets;
    }

    Pace pace() {
        return pace;
    }

    /** Returns the milliseconds of a monotonic clock. */
    long now() {
        return TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong());
    }

    boolean isClosed() {
        return closed;
    }

    /** Begins no more probes. */
    void close() {
        closed = true;
    }
}
