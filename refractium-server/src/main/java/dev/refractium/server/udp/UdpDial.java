package dev.refractium.server.udp;

import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.LocalFailures;
import dev.refractium.server.session.End;
import dev.refractium.server.upstream.FailoverOrder;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects sockets to the targets of a pool for one session, to each once. Loop thread only. */
final class UdpDial {
    private static final Logger log = LoggerFactory.getLogger(UdpDial.class);

    /** Loaded with this class: the moment that it is needed may be one without descriptors. */
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

    private static final Class<?> NO_SOCKET = NoSocketException.class;

    private final Pool pool;
    private final UdpSockets sockets;

    /** The one that was tried last; null before the first. */
    private @Nullable Target target;

    /** What is left to try; null until the first target has failed. */
    private @Nullable FailoverOrder order;

    /** What a session ends with that no target takes; another where the fault is ours. */
    private End end = End.NO_BACKEND;

    UdpDial(Pool pool, UdpSockets sockets) {
        this.pool = pool;
        this.sockets = sockets;
    }

    /** Returns a socket that is connected to the next target, which {@link #target} then is; null if there is none. */
    @Nullable
    UdpSocket next() {
        for (Target next = advance(); next != null; next = advance()) {
            target = next;
            try {
                return sockets.dial(next.address());
            } catch (IOException | RuntimeException e) {
                failed(next, e);
                if (end == End.NO_DESCRIPTOR) {
                    return null;
                }
            }
        }
        return null;
    }

    /** The target of the socket that was connected last. */
    Target target() {
        if (target == null) {
            throw new IllegalStateException("nothing was connected");
        }
        return target;
    }

    /** Why no socket could be connected. */
    End end() {
        return end;
    }

    /** Returns whether there is a target beside the current one. */
    boolean hasOther() {
        return pool.hasOtherThan(target());
    }

    /** Returns whether another target of the pool has answered and is well. */
    boolean isAnsweredElsewhere() {
        return pool.isAnsweredElsewhere(target());
    }

    private @Nullable Target advance() {
        if (target == null) {
            return pool.first();
        }
        if (order == null) {
            order = pool.after(target);
        }
        return order.next();
    }

    /** Marks the target, if the fault is not ours. */
    private void failed(Target to, Exception e) {
        log.debug("cannot open a flow target={} reason={}", to, e.toString());
        IoFailure failure = NO_SOCKET.isInstance(e) ? IoFailure.NO_DESCRIPTOR : IoFailure.of(e);
        if (failure.isTheirs()) {
            to.failed(IoFailure.text(e));
        } else {
            LOCAL.report(failure, "connect " + to, e);
            end = ours(failure);
        }
    }

    /** Returns what a session ends with for a fault of our own. */
    static End ours(IoFailure failure) {
        return switch (failure) {
            case NO_DESCRIPTOR -> End.NO_DESCRIPTOR;
            case NO_LOCAL_PORT -> End.NO_LOCAL_PORT;
            case REFUSED, UNREACHABLE, MESSAGE_SIZE, OURS -> End.LOCAL_ERROR;
        };
    }
}
