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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The targets of a pool that one session tries, each once, and the reason that it ends with if none takes it. For TCP
 * and UDP alike; over TCP, targets of one source may be raced. Loop thread only.
 */
public class Failover {
    private static final Logger log = LoggerFactory.getLogger(Failover.class);

    /** Loaded with this class: no class can be loaded while the process is out of descriptors. */
    private static final LocalFailures LOCAL = LocalFailures.OF_PROCESS;

    private final Route route;
    private final Peer client;
    private final Pool pool;

    /** What the pool's policy knows the session by. */
    private final long key;

    /** The address to dial from; empty if there is none for this client, so that no target can be tried. */
    private final Optional<SourceAddress> source;

    /** The target that was tried last; null before the first. */
    private @Nullable Target target;

    /** The targets that are left; null until the first has failed, since most sessions need no second. */
    private @Nullable FailoverOrder order;

    /** Whether the session waits for a place; others must not take one while any session waits. */
    private boolean waits;

    /** Whether {@link #next} was called ahead of time, by {@link #reserve}. */
    private boolean reserved;

    /** Whether all that kept the session from a target was that it had no place. */
    private boolean full;

    /** Whether a target has been tried. */
    private boolean tried;

    /** Whether the session counts on the target. */
    private boolean counted;

    /** The reason that the session ends with if no target takes it; differs where the failure is this machine's own. */
    private EndReason end = EndReason.NO_BACKEND;

    /** @param known what the client's first bytes show */
    public Failover(Route route, Peer client, Identification known) {
        this.route = route;
        this.client = client;
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

    /** Returns the same for {@code now}, by which the route has been replaced; nothing is tried yet. */
    public final Failover of(Route now, Identification known) {
        return new Failover(now, client, known);
    }

    /**
     * Returns the target to try next; null if none is left, no other can be reached either, or none has a place. The
     * session now has a place there, and counts on this target, and no longer on the previous one.
     */
    public final @Nullable Target next() {
        if (reserved) {
            reserved = false;
            return counted ? target : null;
        }
        leave();
        Target next = source.isEmpty() || mustQueue() ? null : candidate();
        while (next != null && !takes(next)) {
            next = candidate();
        }
        if (next != null) {
            tried = true;
            target = next;
            counted = true;
        }
        full = next == null && mayWait() && (mustQueue() || isFull(to -> source().reaches(to.address())));
        return next;
    }

    /**
     * Calls {@link #next} ahead of time, for a session that waits; the next call of it has the same result. On the thread
     * that serves the queue.
     *
     * @return whether the session need not wait any longer
     */
    public final boolean reserve() {
        reserved = next() != null || !full;
        return reserved;
    }

    /** Sets whether the session waits for a place, with others. */
    public final void waits(boolean waits) {
        this.waits = waits;
    }

    /** Returns whether the session would not take each place of its pool. */
    public final boolean isSelective() {
        return tried || source.filter(from -> from == SourceAddress.ANY).isEmpty();
    }

    /** Returns whether {@link #next} has returned null only because no server had a place. */
    public final boolean isFull() {
        return full;
    }

    private boolean mayWait() {
        return source.isPresent() && end != EndReason.NO_DESCRIPTOR;
    }

    private boolean mustQueue() {
        return !waits && !pool.queue().isEmpty();
    }

    private boolean isFull(Predicate<Target> reachable) {
        return order == null ? pool.isFull(reachable) : order.isFull(reachable);
    }

    /** Takes a place at a candidate, if it can be reached. */
    private boolean takes(Target next) {
        if (!source().reaches(next.address())) {
            target = next;
            return false;
        }
        boolean taken = next.sessionBegan();
        if (!taken && order != null) {
            order.missed();
        }
        return taken;
    }

    private @Nullable Target candidate() {
        if (target == null) {
            return pool.first(key);
        }
        return end == EndReason.NO_DESCRIPTOR ? null : order(target).next();
    }

    private FailoverOrder order(Target first) {
        FailoverOrder known = order;
        if (known == null) {
            known = pool.after(first, key);
            order = known;
        }
        return known;
    }

    /** Returns whether there are other targets that may be raced with the current one. The hosts of a service are not. */
    public final boolean hasSiblings() {
        return target().source().targets().size() > 1 && !target().source().isService();
    }

    /**
     * Returns another target of the current one's source, to be raced with it; null if none is left, or has a place. The
     * session now counts on both: the caller removes it from the count of this one, unless it has {@link #won}.
     *
     * @param usable whether only usable ones are wanted
     */
    public final @Nullable Target rival(boolean usable) {
        FailoverOrder left = order(target());
        Target next = end == EndReason.NO_DESCRIPTOR ? null : left.sibling(usable);
        while (next != null && !source().reaches(next.address())) {
            next = left.sibling(usable);
        }
        if (next != null && !next.sessionBegan()) {
            left.missed();
            next = null;
        }
        return next;
    }

    /** Makes a rival the current target, after it has connected; the session counts on this one alone. */
    public final void won(Target rival) {
        leave();
        target = rival;
        counted = true;
    }

    /** Removes the session from the count of its target, and gives its place there back. */
    public final void leave() {
        if (counted) {
            counted = false;
            target().sessionEnded();
            target().freePlace();
        }
    }

    /** Returns the target that was tried last. From now on the caller removes the session from its count and its place. */
    public final Target handOver() {
        counted = false;
        return target();
    }

    /**
     * Records that the current target could not be connected; the target is marked unless the failure is this machine's
     * own.
     */
    public final void failed(Exception e) {
        failed(target(), e);
    }

    /** As {@link #failed(Exception)}, of a rival. */
    public final void failed(Target to, Exception e) {
        log.debug("cannot connect target={} reason={}", to, e.toString());
        IoFailure failure = IoFailure.of(e);
        if (failure.isTheirs()) {
            to.failed(IoFailure.text(e), client.client());
        } else {
            LOCAL.report(failure, "connect " + to, e);
            end = ours(failure);
        }
    }

    /** Returns the target that was tried last; null before the first. To another thread it may be a moment old. */
    public final @Nullable Target tried() {
        return target;
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
        if (full) {
            return EndReason.BACKENDS_FULL;
        }
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
