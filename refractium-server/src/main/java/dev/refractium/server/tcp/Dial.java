package dev.refractium.server.tcp;

import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.LocalFailures;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.End;
import dev.refractium.server.upstream.FailoverOrder;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
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

    /** Loaded with this class: the moment that it is needed may be one without descriptors. */
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

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

    /** What a session ends with that no target takes; another where some were not reached by our own fault. */
    private End end = End.NO_BACKEND;

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
            Target to = target;
            if (side != null && to != null && side.finishDial()) {
                refuseSelf(side, to);
                connected(side, to, 0);
            }
        } catch (IOException e) {
            next(e);
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
        next(new SocketTimeoutException("no answer in " + limits.connectMs() + " ms"));
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
            caller.failed(end);
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
        } catch (IOException | RuntimeException e) {
            if (IoFailure.of(e).isTheirs()) {
                failed(to, e);
                return false;
            }
            LOCAL.report(IoFailure.NO_DESCRIPTOR, "socket", e);
            caller.failed(End.NO_DESCRIPTOR);
            return true;
        }
        return isUnderWay(to, dialling);
    }

    private boolean isUnderWay(Target to, Side dialling) {
        ByteBuffer first = caller.first();
        int length = first.remaining();
        try {
            boolean connected = dialling.dial(to.address(), first);
            dialling.register(loop, caller);
            if (!connected) {
                side = dialling;
                dialling.awaitDial();
                loop.timers().set(this, limits.connectMs());
                return true;
            }
            refuseSelf(dialling, to);
        } catch (IOException | RuntimeException e) {
            side = null;
            dialling.end(true);
            failed(to, e);
            return false;
        }
        connected(dialling, to, length - first.remaining());
        return true;
    }

    /** @throws ConnectException if the side has connected to itself, since no backend listens there */
    static void refuseSelf(Side side, Target to) throws ConnectException {
        if (side.isSelf(to.address())) {
            throw new ConnectException("connected to itself");
        }
    }

    private void connected(Side connected, Target to, int sent) {
        loop.timers().clear(this);
        side = null;
        to.succeeded();
        caller.connected(connected, sent);
    }

    private void next(IOException e) {
        end();
        Target last = target;
        if (last != null) {
            failed(last, e);
            dial(after(last));
        }
    }

    /** Marks the target, if the fault is not ours. */
    private void failed(Target to, Exception e) {
        log.debug("cannot connect target={} reason={}", to, e.toString());
        IoFailure failure = IoFailure.of(e);
        if (failure.isTheirs()) {
            to.failed(IoFailure.text(e));
            return;
        }
        LOCAL.report(failure, "connect " + to, e);
        end = switch (failure) {
            case NO_DESCRIPTOR -> End.NO_DESCRIPTOR;
            case NO_LOCAL_PORT -> End.NO_LOCAL_PORT;
            case REFUSED, UNREACHABLE, MESSAGE_SIZE, OURS -> End.LOCAL_ERROR;
        };
    }
}
