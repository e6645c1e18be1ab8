package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import dev.refractium.server.text.Addresses;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address of a source, with its health and its live sessions: what sessions are connected to, and the owner of
 * attempts, turns and failures. It outlives generations. Logs when it goes down and when it is up again, whether a
 * session or a probe noticed. Any thread.
 */
public final class Target {
    /** This many failures in a row mark a target as down. */
    static final int FALL = 2;

    /** How long a target that is not probed counts as down or silent before sessions try it again. */
    static final long UNPROBED_DOWN_NANOS = 5_000_000_000L;

    private static final Logger log = LoggerFactory.getLogger(Target.class);

    private final Source source;
    private final SocketAddress address;
    private final LongSupplier nanoClock;

    /**
     * The address as logs write it; made early, since no class can be loaded while the process is out of descriptors.
     */
    private final String text;

    /** Stands for it where a policy hashes. */
    private final long key;

    /** Evidence from UDP flows; null for TCP, where each session has its connect. */
    private final @Nullable UdpEvidence udp;

    /** Live sessions; changed when one begins or ends, on the loops of all sessions. */
    private final AtomicInteger sessions = new AtomicInteger();

    /** Failures since the last success, up to FALL. This and failedAt are written under the monitor only. */
    private volatile int failuresInARow;

    private volatile long failedAt;

    /** Since it came up again; written under the monitor only. */
    private final Rise rise = new Rise();

    /** Whether a session or a probe has reached it. */
    private volatile boolean reached;

    /** Whether probes watch it: then it stays down until a probe succeeds. */
    private volatile boolean probed;

    /** Whether its source no longer has this address. */
    private volatile boolean gone;

    /** Whether the log has reported that it is down. Guarded by the monitor. */
    private boolean loggedDown;

    Target(Source source, SocketAddress address, LongSupplier nanoClock) {
        this.source = source;
        this.address = address;
        this.nanoClock = nanoClock;
        this.text = Addresses.text(address);
        this.key = HashKey.of(text);
        this.udp = source.transport() == Transport.UDP ? new UdpEvidence() : null;
    }

    /** Returns the source that this target comes from. */
    public Source source() {
        return source;
    }

    /** Returns its address, resolved; of a Unix socket a {@link java.net.UnixDomainSocketAddress}. */
    public SocketAddress address() {
        return address;
    }

    /** Returns its address, resolved, of a target that is no Unix socket, which no target of UDP is. */
    public InetSocketAddress internet() {
        return (InetSocketAddress) address;
    }

    /** Returns whether its source still has this address. */
    public boolean isCurrent() {
        return !gone;
    }

    /** Sets whether its source has this address. */
    void current(boolean current) {
        gone = !current;
    }

    /**
     * Returns whether it takes no new sessions: its source no longer has this address, or the current generation no longer
     * names its source.
     */
    public boolean isDraining() {
        return gone || !source.isNamed();
    }

    /** Counts a session that is being connected to it, until {@link #sessionEnded}. */
    public void sessionBegan() {
        sessions.incrementAndGet();
        source.countSession(1);
    }

    /** Removes a session from the count: it has ended, or tries another target. */
    public void sessionEnded() {
        sessions.decrementAndGet();
        source.countSession(-1);
    }

    /** Returns how many sessions are connected to it, or are being connected. */
    public int sessions() {
        return sessions.get();
    }

    /** Returns whether sessions should try it before others. An unknown target is usable. */
    public boolean isUsable() {
        return health().compareTo(Health.SILENT) < 0;
    }

    /** Returns its health, as its probes and its sessions show it. */
    public Health health() {
        if (failuresInARow >= FALL && (probed || nanoClock.getAsLong() - failedAt < UNPROBED_DOWN_NANOS)) {
            return Health.DOWN;
        }
        if (udp != null && udp.isSilent(nanoClock.getAsLong())) {
            return Health.SILENT;
        }
        return reached || probed ? Health.UP : Health.UNKNOWN;
    }

    /** Returns what stands for its address where a policy hashes; the same on all servers. */
    long key() {
        return key;
    }

    /**
     * Returns how far it has risen since it came up again, from above 0 to 1; 1 if it never was down.
     *
     * @param rampNanos how long it takes to rise
     */
    double risen(long rampNanos) {
        return rise.hasBegun() ? rise.part(nanoClock.getAsLong(), rampNanos) : 1;
    }

    boolean isLeft(List<Target> tried, boolean usable) {
        return (!usable || isUsable()) && !tried.contains(this);
    }

    /** Records that a session connected, or that a flow was answered. */
    public void succeeded() {
        source.reached(this);
        if (udp != null) {
            udp.answered(nanoClock.getAsLong());
        }
        up();
    }

    /**
     * Records that it could not be reached, and that the failure is not this machine's own. The reason is for the log.
     */
    public void failed(String reason) {
        source.countFailure();
        down(1, reason);
    }

    /** Records the result of a TCP probe: null if it connected, otherwise the reason for the log. */
    public void probed(@Nullable String failure) {
        probed = true;
        if (failure == null) {
            up();
        } else {
            failed(failure);
        }
    }

    /** Records that no probe watches it any more: after a failure it counts as down for some seconds only. */
    public void unwatched() {
        probed = false;
    }

    /**
     * Records that a UDP flow was refused, once for each flow. Anybody can forge a refusal, so this does not change the
     * health.
     *
     * @return whether the caller should probe the target, from a socket of its own, and report by {@link
     *     #refusalConfirmed} or {@link #refusalDismissed}; true again only after that report
     */
    public boolean refused() {
        source.countFailure();
        return udp != null && udp.refused(nanoClock.getAsLong());
    }

    /** Records that a UDP probe was refused too: the target is down, for five seconds from now. */
    public void refusalConfirmed(String reason) {
        if (udp != null) {
            udp.probeEnded();
        }
        down(FALL, reason);
    }

    /** Records that a UDP probe was not refused, or could not be made: the target is not down for that reason. */
    public void refusalDismissed() {
        if (udp != null) {
            udp.probeEnded();
        }
        if (failuresInARow != 0) {
            up();
        }
    }

    /**
     * Records that a UDP flow got no answer. Several of them, with no answer to any other flow for some seconds, make
     * the target silent, but only if it is known to answer at all: a one-way service does not.
     *
     * @param answeredElsewhere whether another target answered the same datagram
     */
    public void unanswered(boolean answeredElsewhere) {
        if (udp != null && udp.unanswered(nanoClock.getAsLong(), answeredElsewhere)) {
            source.countFailure();
            log.info("backend does not answer {}", facts(null));
        }
    }

    private void up() {
        reached = true;
        if (failuresInARow != 0) {
            recover();
        }
    }

    private synchronized void recover() {
        if (failuresInARow == FALL) {
            rise.began(nanoClock.getAsLong());
        }
        failuresInARow = 0;
        if (loggedDown) {
            loggedDown = false;
            log.info("backend is up again {}", facts(null));
        }
    }

    private synchronized void down(int failures, String reason) {
        failedAt = nanoClock.getAsLong();
        failuresInARow = Math.min(FALL, failuresInARow + failures);
        if (failuresInARow == FALL && !loggedDown) {
            loggedDown = true;
            log.warn("backend is down {}", facts(reason));
        }
    }

    private String facts(@Nullable String reason) {
        StringBuilder facts = new StringBuilder("backend=").append(source);
        List<Target> all = source.targets();
        if (all.size() > 1) {
            facts.append(" address=").append(text);
            facts.append(" usable=\"").append(source.usable()).append(" of ").append(all.size());
            facts.append(" addresses\"");
        }
        if (reason != null) {
            facts.append(" reason=\"").append(reason).append('"');
        }
        return facts.append(" routes=\"")
                .append(String.join(", ", source.routes()))
                .append('"')
                .toString();
    }

    @Override
    public String toString() {
        return source + " at " + text;
    }
}
