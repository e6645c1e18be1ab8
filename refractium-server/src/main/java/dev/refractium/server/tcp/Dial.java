package dev.refractium.server.tcp;

import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Connect;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The stage that connects to a backend: tries the targets of a route, each once. Nothing has been sent yet, so that it can
 * fail over to the next target. Loop thread only.
 */
final class Dial extends Connect implements Stage {
    private final SessionLimits limits;
    private final EarlyBytes early;
    private final StageEvents session;
    private final Failover failover;

    Dial(EarlyBytes early, TcpLoop loop, SessionLimits limits, Failover failover, StageEvents session) {
        super(loop.loop(), loop.sockets());
        this.early = early;
        this.limits = limits;
        this.session = session;
        this.failover = failover;
    }

    /** Tries the pool's targets; may notify the session before it returns. */
    void begin() {
        for (Target next = failover.next(); next != null; next = failover.next()) {
            Exception failure = attempt(next.address(), failover.source(), limits.connectMs());
            if (failure == null) {
                return;
            }
            failover.failed(failure);
        }
        if (failover.isFull()) {
            session.full(failover);
        } else {
            session.unreachable(failover.route(), failover.end());
        }
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        if (side == early.client()) {
            early.readForBackend();
        } else {
            finish();
        }
    }

    @Override
    public void resumed() {
        early.readOn();
    }

    @Override
    public void end() {
        try {
            stop();
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
    protected ByteBuffer first() {
        return early.forBackend();
    }

    @Override
    protected Side.Owner owner() {
        return session;
    }

    @Override
    protected void connected(Side connected, int sent) {
        failover.target().succeeded();
        session.connected(connected, failover.handOver(), sent);
    }

    @Override
    protected void connectFailed(IOException why) {
        failover.failed(why);
        begin();
    }

    @Override
    protected void failed() {
        session.end(EndReason.CUT, true);
    }
}
