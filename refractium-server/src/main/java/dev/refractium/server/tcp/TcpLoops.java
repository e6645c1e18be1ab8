package dev.refractium.server.tcp;

import dev.refractium.server.generation.Generations;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.net.Loops;
import dev.refractium.server.socket.Sockets;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The loops of a server's TCP sessions. They outlive the listeners, so that the memory of all sessions is counted together,
 * whichever listener accepted them. Any thread.
 */
public final class TcpLoops {
    private final Sockets sockets;
    private final List<TcpLoop> loops;
    private final Generations generations;

    /** @param generations the current one has the memory budgets, which the loops share evenly */
    public TcpLoops(Loops loops, Sockets sockets, Generations generations) {
        this.sockets = sockets;
        this.generations = generations;
        int count = loops.tcp().size();
        this.loops = loops.tcp().stream()
                .map(loop -> new TcpLoop(
                        loop,
                        sockets,
                        () -> today(limits -> limits.peek().memory()) / count,
                        () -> today(limits -> limits.relay().memory()) / count))
                .toList();
    }

    /** Returns how many bytes sessions hold for peers that do not take them. */
    public long relayHeld() {
        return loops.stream().mapToLong(loop -> loop.relayMemory().held()).sum();
    }

    /** Returns how many bytes sessions hold that are not connected yet; may be a moment old. */
    public long peekHeld() {
        return loops.stream().mapToLong(TcpLoop::held).sum();
    }

    /** Returns the factory of their sockets. */
    Sockets sockets() {
        return sockets;
    }

    /** Returns all loops; the first one accepts initially. */
    List<TcpLoop> all() {
        return loops;
    }

    private long today(ToLongFunction<SessionLimits> limit) {
        return limit.applyAsLong(generations.current().limits());
    }
}
