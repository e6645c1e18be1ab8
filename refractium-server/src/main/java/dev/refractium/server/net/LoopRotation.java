package dev.refractium.server.net;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The loops one after the other, but for those that do not answer. Each user that spreads something over the loops has a
 * rotation of its own: with a shared one, two users that take turns could get the same loops again and again. Any thread.
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

    /** Returns the next one, beginning with the first; where no loop answers, one of them all the same. */
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
