package dev.refractium.server.tcp;

import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.End;
import dev.refractium.server.upstream.Backend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
    private @Nullable Backend backend;
    private @Nullable Side side;
    private @Nullable InetSocketAddress address;
    private List<Backend> tried = List.of();

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

    /** Tries the backends that are left; the caller may be told before this returns. */
    void begin() {
        for (Backend next = route.pool().next(tried);
                next != null;
                next = route.pool().next(tried)) {
            backend = next;
            InetSocketAddress target = next.address();
            address = target;
            if (target != null && isUnderWay(target)) {
                return;
            }
            triedInVain(next);
        }
        caller.failed(End.NO_BACKEND);
    }

    /** The side that is connecting is ready to say how that went. */
    void ready() {
        try {
            if (side != null && side.finishDial()) {
                connected(side, 0);
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
        return address;
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

    /** Whether the dial has succeeded, is under way, or need not be tried elsewhere. */
    private boolean isUnderWay(InetSocketAddress target) {
        Side dialling;
        try {
            dialling = sockets.open(target);
        } catch (IOException e) {
            log.debug("no socket to dial with", e);
            caller.failed(End.NO_DESCRIPTOR);
            return true;
        } catch (RuntimeException e) {
            log.debug("no socket of the kind of backend={} here", backend, e);
            return false;
        }
        ByteBuffer first = caller.first();
        int length = first.remaining();
        boolean connected;
        try {
            connected = dialling.dial(target, first);
            dialling.register(loop, caller);
        } catch (IOException | RuntimeException e) {
            log.debug("cannot connect backend={} reason={}", backend, e.toString());
            dialling.end(true);
            return false;
        }
        if (connected) {
            connected(dialling, length - first.remaining());
        } else {
            side = dialling;
            dialling.awaitDial();
            loop.timers().set(this, limits.connectMs());
        }
        return true;
    }

    private void connected(Side connected, int sent) {
        loop.timers().clear(this);
        side = null;
        if (backend != null) {
            backend.succeeded();
        }
        caller.connected(connected, sent);
    }

    private void next(String reason) {
        log.debug("cannot connect backend={} reason={}", backend, reason);
        end();
        if (backend != null) {
            triedInVain(backend);
        }
        begin();
    }

    private void triedInVain(Backend failed) {
        failed.failed();
        List<Backend> more = new ArrayList<>(tried);
        more.add(failed);
        tried = more;
    }
}
