package dev.refractium.server.tcp;

import dev.refractium.server.net.Timers;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.PoolHandling;
import dev.refractium.server.upstream.WaitQueue;
import java.util.function.UnaryOperator;

/**
 * The stage that waits until a server of the pool has a place, while all have as many sessions as they may. Loop thread
 * only, but for what the {@link WaitQueue} calls.
 */
final class QueueStage extends Timers.Timeout implements Stage, WaitQueue.Waiter {
    /** The first of a queue looks for places this often that nobody offers, as at a server that is up again. */
    private static final long LOOK_MS = 1_000;

    private final EarlyBytes early;
    private final TcpLoop loop;
    private final UnaryOperator<Route> current;
    private final StageEvents session;
    private final WaitQueue queue;
    private final PoolHandling handling;

    /** Guarded by the queue's lock until the session has left the queue. */
    private Failover failover;

    private long until;
    private boolean over;

    /**
     * @param failover of which no server has a place
     * @param current returns the route of that name in the current generation; the same route if there is none
     */
    QueueStage(EarlyBytes early, TcpLoop loop, Failover failover, UnaryOperator<Route> current, StageEvents session) {
        this.early = early;
        this.loop = loop;
        this.failover = failover;
        this.current = current;
        this.session = session;
        this.queue = failover.route().pool().queue();
        this.handling = failover.route().pool().handling();
    }

    /** Waits, or ends the session if it may not. */
    void begin() {
        if (handling.mayWait() > 0 && early.clientEnded()) {
            session.end(EndReason.LEFT_QUEUE, true);
            return;
        }
        failover.waits(true);
        if (!queue.add(this, handling.mayWait())) {
            session.end(EndReason.BACKENDS_FULL, true);
            return;
        }
        until = loop.loop().timers().now() + handling.queueMs();
        setTimer();
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        early.readForBackend();
        if (!over && early.clientEnded()) {
            session.end(EndReason.LEFT_QUEUE, true);
        }
    }

    @Override
    public void resumed() {
        early.readOn();
    }

    /** Leaves the queue; if the session has been given a place meanwhile, another gets it. */
    @Override
    public void end() {
        over = true;
        loop.loop().timers().clear(this);
        try {
            queue.remove(this);
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
        return "queue";
    }

    @Override
    protected void expired() {
        if (loop.loop().timers().now() < until) {
            setTimer();
            queue.look(this);
        } else if (queue.remove(this)) {
            session.end(EndReason.QUEUE_TIMEOUT, true);
        }
    }

    @Override
    protected void failed() {
        session.end(EndReason.CUT, true);
    }

    private void setTimer() {
        Timers timers = loop.loop().timers();
        timers.set(this, Math.max(1, Math.min(LOOK_MS, until - timers.now())));
    }

    // Called by the queue

    @Override
    public boolean isOver() {
        Route now = current.apply(failover.route());
        Pool pool = now.pool();
        if (pool.queue() != queue) {
            // The route has another pool since a reload, where the session may have to wait again.
            failover = failover.of(now, early.inquiry().answer());
            return true;
        }
        if (pool != failover.route().pool()) {
            failover = failover.of(now, early.inquiry().answer());
            failover.waits(true);
        }
        return failover.reserve();
    }

    @Override
    public boolean isSelective() {
        return failover.isSelective();
    }

    @Override
    public Pool pool() {
        return failover.route().pool();
    }

    @Override
    public void served() {
        // Never at once: the caller may be another session's end, on this loop too.
        loop.loop().later(this::dial);
    }

    private void dial() {
        if (over) {
            return;
        }
        over = true;
        loop.loop().timers().clear(this);
        failover.waits(false);
        session.placed(failover);
    }
}
