package dev.refractium.server.tcp;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The loops one after the other, but for those that do not answer. Whoever spreads something over the loops has one of
 * its own: one that others turn too could give it the same loop again and again. Any thread.
 */
final class LoopRotation {
    private final List<TcpLoop> loops;
    private final AtomicInteger turn = new AtomicInteger();

    LoopRotation(List<TcpLoop> loops) {
        this.loops = loops;
    }

    /** Begins with the first; where no loop answers, one of them all the same. */
    TcpLoop next() {
        TcpLoop loop = inTurn();
        for (int tried = 1; tried < loops.size() && loop.loop().isStuck(); tried++) {
            loop = inTurn();
        }
        return loop;
    }

    private TcpLoop inTurn() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }
}
