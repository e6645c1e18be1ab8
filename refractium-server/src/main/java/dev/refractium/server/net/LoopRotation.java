package dev.refractium.server.net;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A round robin of the loops that skips those that do not respond. Each user that spreads work over the loops has its own
 * rotation: with a shared one, two users that alternate could get the same loops again and again. Any thread.
 *
 * @param <L> a loop, or what belongs to one
 */
public final class LoopRotation<L> {
    private final List<L> loops;
    private final Function<L, Loop> loopOf;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param loops not empty */
    public LoopRotation(List<L> loops, Function<L, Loop> loopOf) {
        this.loops = loops;
        this.loopOf = loopOf;
    }

    /** Returns the next loop, beginning with the first; if no loop responds, one of them nevertheless. */
    public L next() {
        L loop = inTurn();
        for (int tried = 1; tried < loops.size() && loopOf.apply(loop).isStuck(); tried++) {
            loop = inTurn();
        }
        return loop;
    }

    private L inTurn() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }
}
