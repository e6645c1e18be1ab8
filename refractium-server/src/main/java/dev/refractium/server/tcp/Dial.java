package dev.refractium.server.tcp;

import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.End;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Connect;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Looks for a backend that takes a session: those of a route, each once. Nothing has been sent yet, so that another may
 * be tried after each failure. Loop thread only.
 */
final class Dial extends Connect {
    private final SessionLimits limits;
    private final Caller caller;
    private final Route route;
    private final Failover failover;

    Dial(TcpLoop loop, SessionLimits limits, Caller caller, Route route) {
        super(loop.loop(), loop.sockets());
        this.limits = limits;
        this.caller = caller;
        this.route = route;
        this.failover = new Failover(route.pool());
    }

    /** Is told how the dial ended, once. */
    interface Caller extends Side.Owner {
        /** What the backend is to be sent first, in the loop's buffer. */
        ByteBuffer first();

        /** The side is connected, and the caller's from now on; so many of the first bytes have been sent. */
        void connected(Side backend, int sent);

        /** There is no backend for this session. */
        void failed(End why);
    }

    /** Tries the pool's targets; the caller may be notified before this returns. */
    void begin() {
        for (Target next = failover.next(); next != null; next = failover.next()) {
            Exception failure = attempt(next.address(), limits.connectMs());
            if (failure == null) {
                return;
            }
            failover.failed(failure);
        }
        caller.failed(failover.end());
    }

    /** The side that is connecting is ready to say how that went. */
    void ready() {
        finish();
    }

    /** Whose backends these are. */
    Route route() {
        return route;
    }

    /** The address that was tried last. */
    InetSocketAddress address() {
        return failover.target().address();
    }

    /** Stops trying. */
    void end() {
        stop();
    }

    @Override
    protected ByteBuffer first() {
        return caller.first();
    }

    @Override
    protected Side.Owner owner() {
        return caller;
    }

    @Override
    protected void connected(Side connected, int sent) {
        failover.target().succeeded();
        caller.connected(connected, sent);
    }

    @Override
    protected void connectFailed(IOException why) {
        failover.failed(why);
        begin();
    }

    @Override
    protected void failed() {
        caller.failed(End.CUT);
    }
}
