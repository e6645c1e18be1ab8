package dev.refractium.server.session;

import dev.refractium.api.Identification;
import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.LocalFailures;
import dev.refractium.server.net.Peer;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.route.Route;
import dev.refractium.server.upstream.FailoverOrder;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Target;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The targets of a pool that one session tries, each once, and the reason that it ends with if none takes it. For TCP
 * and UDP alike. Loop thread only.
 */
public class Failover {
    private static final Logger log = LoggerFactory.getLogger(Failover.class);

    /** Loaded with this class: no class can be loaded while the process is out of descriptors. */
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

    private final Route route;
    private final Pool pool;

    /** What the pool's policy knows the session by. */
    private final long key;

    /** The address to dial from; empty if there is none for this client, so that no target can be tried. */
    private final Optional<SourceAddress> source;

    /** The target that was tried last; null before the first. */
    private @Nullable Target target;

    /** The targets that are left; null until the first has failed, since most sessions need no second. */
    private @Nullable FailoverOrder order;

    /** Whether a target has been tried. */
    private boolean tried;

    /** Whether the session counts on the target. */
    private boolean counted;

    /** The reason that the session ends with if no target takes it; differs where the failure is this machine's own. */
    private EndReason end = EndReason.NO_BACKEND;

    /** @param known what the client's first bytes show */
    public Failover(Route route, Peer client, Identification known) {
        this.route = route;
        this.pool = route.pool();
        this.key = pool.key(client.client(), known);
        this.source = route.source().of(client);
    }

    /** Returns the route whose targets are tried. */
    public final Route route() {
        return route;
    }

    /** Returns the address to dial the current target from. */
    public final SourceAddress source() {
        return source.orElseThrow();
    }

    /**
     * Returns the target to try next; null if none is left, or no other can be reached either. The session now counts on
     * this target, and no longer on the previous one.
     */
    public final @Nullable Target next() {
        leave();
        Target next = source.isEmpty() ? null : candidate();
        while (next != null && !source().reaches(next.address())) {
            target = next;
            next = candidate();
        }
        if (next != null) {
            tried = true;
            target = next;
            counted = true;
            next.sessionBegan();
        }
        return next;
    }

    private @Nullable Target candidate() {
        Target next = null;
        if (target == null) {
            next = pool.first(key);
        } else if (end != EndReason.NO_DESCRIPTOR) {
            if (order == null) {
                order = pool.after(target, key);
            }
            next = order.next();
        }
        return next;
    }

    /** Removes the session from the count of its target. */
    public final void leave() {
        if (counted) {
            counted = false;
            target().sessionEnded();
        }
    }

    /** Returns the target that was tried last. From now on the caller removes the session from its count. */
    public final Target handOver() {
        counted = false;
        return target();
    }

    /**
     * Records that the current target could not be connected; the target is marked unless the failure is this machine's
     * own.
     */
    public final void failed(Exception e) {
        Target to = target();
        log.debug("cannot connect target={} reason={}", to, e.toString());
        IoFailure failure = IoFailure.of(e);
        if (failure.isTheirs()) {
            to.failed(IoFailure.text(e));
        } else {
            LOCAL.report(failure, "connect " + to, e);
            end = ours(failure);
        }
    }

    /** Returns the target that was tried last; there must be one. */
    public final Target target() {
        if (target == null) {
            throw new IllegalStateException("no target was tried");
        }
        return target;
    }

    /** Returns the reason that the session ends with, once {@link #next} has returned null. */
    public final EndReason end() {
        return tried || (source.isPresent() && target == null) ? end : EndReason.SOURCE_REFUSED;
    }

    /** Returns whether there is a target besides the current one. */
    public final boolean hasOther() {
        return pool.hasOtherThan(target());
    }

    /** Returns whether another target of the pool has answered and is up. */
    public final boolean isAnsweredElsewhere() {
        return pool.isAnsweredElsewhere(target());
    }

    /** Returns the reason that a session ends with after a failure of this machine's own. */
    public static EndReason ours(IoFailure failure) {
        return switch (failure) {
            case NO_DESCRIPTOR -> EndReason.NO_DESCRIPTOR;
            case NO_LOCAL_PORT -> EndReason.NO_LOCAL_PORT;
            case REFUSED, UNREACHABLE, MESSAGE_SIZE, OURS -> EndReason.LOCAL_ERROR;
        };
    }
}
