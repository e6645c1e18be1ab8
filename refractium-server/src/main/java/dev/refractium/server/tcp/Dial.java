package dev.refractium.server.tcp;

import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.End;
import dev.refractium.server.upstream.FailoverOrder;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a backend that takes a session: those of a route, each once. Nothing has been sent yet, so that another may
 * be tried after each failure. Loop thread only.
 */
final class Dial extends Timers.Timeout {
    private static final Logger log = LoggerFactory.getLogger(Dial.class);

    private final Loop loop;
    private final Sockets sockets;
    private final SessionLimits limits;
    private final Caller caller;
    private final Route route;

    /** The one that was tried last; null before the first. */
    private @Nullable Target target;

    /** What is left to try; null until the first target has failed. */
    private @Nullable FailoverOrder order;

    private @Nullable Side side;

    Dial(TcpLoop loop, SessionLimits limits, Caller caller, Route route) {
        this.loop = loop.loop();
        this.sockets = loop.sockets();
        this.limits = limits;
        this.caller = caller;
        this.route = route;
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
        dial(route.pool().first());
    }

    /** The side that is connecting is ready to say how that went. */
    void ready() {
        try {
            if (side != null && side.finishDial()) {
                connected(side, target, 0);
            }
        } catch (IOException e) {
            next(e.toString());
        }
    }

    /** Whose backends these are. */
    Route route() {
        return route;
    }

    /** The address that was tried last; null if none was. */
    @Nullable
    InetSocketAddress address() {
        return target == null ? null : target.address();
    }

    /** Stops trying. */
    void end() {
        loop.timers().clear(this);
        if (side != null) {
            side.end(true);
            side = null;
        }
    }

    @Override
    protected void expired() {
        next("timed out");
    }

    @Override
    protected void failed() {
        caller.failed(End.CUT);
    }

    /** Tries {@code first} and then what is left, until a connect has succeeded or is under way. */
    private void dial(@Nullable Target first) {
        Target next = first;
        while (next != null && !isUnderWay(next)) {
            next = after(next);
        }
        if (next == null) {
            caller.failed(End.NO_BACKEND);
        }
    }

    private @Nullable Target after(Target failed) {
        if (order == null) {
            order = route.pool().after(failed);
        }
        return order.next();
    }

    /** Returns whether the dial has succeeded, is under way, or need not be tried elsewhere. */
    private boolean isUnderWay(Target to) {
        target = to;
        Side dialling;
        try {
            dialling = sockets.open(to.address());
        } catch (IOException e) {
            log.debug("no socket to dial with", e);
            caller.failed(End.NO_DESCRIPTOR);
            return true;
        } catch (RuntimeException e) {
            log.debug("no socket of the kind of target={} here", to, e);
            to.failed(e.toString());
            return false;
        }
        ByteBuffer first = caller.first();
        int length = first.remaining();
        boolean connected;
        try {
            connected = dialling.dial(to.address(), first);
            dialling.register(loop, caller);
        } catch (IOException | RuntimeException e) {
            dialling.end(true);
            failed(to, e.toString());
            return false;
        }
        if (connected) {
            connected(dialling, to, length - first.remaining());
        } else {
            side = dialling;
            dialling.awaitDial();
            loop.timers().set(this, limits.connectMs());
        }
        return true;
    }

    private void connected(Side connected, @Nullable Target to, int sent) {
        loop.timers().clear(this);
        side = null;
        if (to != null) {
            to.succeeded();
        }
        caller.connected(connected, sent);
    }

    private void next(String reason) {
        end();
        Target last = target;
        if (last != null) {
            failed(last, reason);
            dial(after(last));
        }
    }

    private static void failed(Target target, String reason) {
        log.debug("cannot connect target={} reason={}", target, reason);
        target.failed(reason);
    }
}
