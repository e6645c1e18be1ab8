package dev.refractium.server.tcp;

import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Connect;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.DialTimes;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The stage that connects to a backend: tries the targets of a route, each once. Nothing has been sent yet, so that it can
 * fail over to the next target. While a connect is under way, a {@link Race} tries the other addresses of its source.
 * Loop thread only.
 */
final class Dial extends Connect implements Stage {
    /** No deadline, before the first attempt. */
    private static final long UNSET = Long.MIN_VALUE;

    private final EarlyBytes early;
    private final Failover failover;

    /** When all attempts must be over, in milliseconds of the loop's clock. */
    private long deadline = UNSET;

    /** The attempts beside this one's; null if the current source has no other address, or is not waited for. */
    private @Nullable Race race;

    Dial(EarlyBytes early, Failover failover) {
        super(early.loop().loop(), early.loop().sockets());
        this.early = early;
        this.failover = failover;
    }

    /** Tries the pool's targets; may notify the session before it returns. */
    void begin() {
        long left = left();
        for (Target next = next(left); next != null; next = next(left)) {
            attempted();
            Exception failure = attempt(next.address(), failover.source(), allowed(left));
            if (failure == null && !isUnderWay()) {
                return;
            }
            left = left();
            if (failure == null) {
                race = failover.hasSiblings() ? Race.begin(this, failover, early.loop()) : null;
                return;
            }
            failover.failed(failure);
        }
        failover.leave();
        if (failover.isFull()) {
            early.session().full(failover);
        } else {
            early.session().unreachable(failover.route(), failover.end());
        }
    }

    private @Nullable Target next(long left) {
        return left > 0 ? failover.next() : null;
    }

    /** Notes that a target is being tried. */
    void attempted() {
        early.attempted();
    }

    /** Returns how long an attempt may take if all have {@code left} milliseconds. */
    long allowed(long left) {
        return Math.min(left, times().connectMs());
    }

    /** Returns how many milliseconds the attempts still have together; the first call starts the clock. */
    long left() {
        long now = early.loop().loop().timers().now();
        if (deadline == UNSET) {
            deadline = now + times().allMs();
        }
        return deadline - now;
    }

    private DialTimes times() {
        return failover.route().pool().times();
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        if (side == early.client()) {
            early.readForBackend();
        } else if (isConnecting(side)) {
            finish();
        } else if (race != null) {
            race.ready(side);
        }
    }

    @Override
    public void resumed() {
        early.readOn();
    }

    @Override
    public void end() {
        try {
            stopAll();
            failover.leave();
        } finally {
            early.end();
        }
    }

    @Override
    public EarlyBytes early() {
        return early;
    }

    @Override
    public String label() {
        return "dial";
    }

    @Override
    protected ByteBuffer first() {
        return early.forBackend();
    }

    @Override
    protected Side.Owner owner() {
        return early.session();
    }

    @Override
    protected void connected(Side connected, int sent) {
        stopAll();
        failover.target().succeeded();
        early.session().connected(connected, failover.handOver(), sent);
    }

    /** Takes over a side of the race. */
    void won(Target target, Side connected, int sent) {
        // Its place is free for others only once its socket is closed.
        stop();
        failover.won(target);
        connected(connected, sent);
    }

    @Override
    protected void connectFailed(IOException why) {
        failed(failover.target(), why, timeoutMs());
        failover.leave();
        goOn();
    }

    /**
     * Records that an attempt has failed. The target is not marked if the time of all attempts was over before that of this
     * one: the target was not waited for as long as others.
     *
     * @param timeoutMs how long the attempt might take
     */
    void failed(Target target, IOException why, long timeoutMs) {
        if (!(why instanceof SocketTimeoutException) || timeoutMs >= times().connectMs()) {
            failover.failed(target, why);
        }
    }

    /** Goes on after a failure: waits for the attempts that are under way, or tries the next target. */
    void goOn() {
        Race others = race;
        if (others != null && others.goesOn(isUnderWay())) {
            return;
        }
        stopAll();
        begin();
    }

    private void stopAll() {
        stop();
        Race others = race;
        race = null;
        if (others != null) {
            others.end();
        }
    }

    @Override
    protected void failed() {
        early.session().end(EndReason.CUT, true);
    }
}
