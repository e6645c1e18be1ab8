package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import dev.refractium.api.Units;
import dev.refractium.server.net.NameAnswer;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.upstream.HealthRules.Thresholds;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One address of a source, with its health and its live sessions: what sessions are connected to. It outlives
 * generations. What probes show and what sessions show is kept apart, in {@link ActiveHealth}, {@link PassiveHealth} and
 * {@link UdpEvidence}. Logs when it goes down and when it is up again, whichever noticed. Any thread.
 */
public final class Target {
    private final Source source;
    private final SocketAddress address;
    private final LongSupplier nanoClock;

    /**
     * The address as logs write it; made early, since no class can be loaded while the process is out of descriptors.
     */
    private final String text;

    private final ActiveHealth active = new ActiveHealth();
    private final PassiveHealth passive = new PassiveHealth();

    /** Stands for it where a policy hashes. */
    private final long key;

    /** Evidence from UDP flows; null for TCP, where each session has its connect. */
    private final @Nullable UdpEvidence udp;

    /** Live sessions; changed when one begins or ends, on the loops of all sessions. */
    private final AtomicInteger sessions = new AtomicInteger();

    /** Since it came up again; written by the thread that reaches it. */
    private final Rise rise = new Rise();

    /** Whether a session has reached it. */
    private volatile boolean reached;

    /** Whether its source no longer has this address. */
    private volatile boolean gone;

    /** Lower ones come first, as the name service says. Written by the resolver, as is the weight. */
    private volatile int priority;

    private volatile int weight = NameAnswer.WEIGHT;

    private final HealthLog events;

    Target(Source source, SocketAddress address, LongSupplier nanoClock) {
        this.source = source;
        this.address = address;
        this.nanoClock = nanoClock;
        this.text = Addresses.text(address);
        this.key = HashKey.of(text);
        this.udp = source.transport() == Transport.UDP ? new UdpEvidence() : null;
        this.events = new HealthLog(source, text, nanoClock);
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

    /** Sets its place among the targets of its source. */
    void rank(int priority, int weight) {
        this.priority = priority;
        this.weight = weight;
    }

    /** Returns its address, with its priority and weight if it differs from its siblings in them. */
    public String description() {
        return source.isService() ? text + " priority " + priority + " weight " + weight / NameAnswer.WEIGHT : text;
    }

    int priority() {
        return priority;
    }

    int weight() {
        return weight;
    }

    /** Returns whether the last attempt to reach it failed, or its flows have no answers. */
    boolean isFailing() {
        return !isUsable() || active.isDoubtful() || passive.isDoubtful();
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

    /**
     * Takes a place of its source for a session that is about to be connected to it, and counts the session, until {@link
     * #sessionEnded} and {@link #freePlace}.
     *
     * @return false if the source has no place left; then nothing has changed
     */
    public boolean sessionBegan() {
        boolean began = source.places().take();
        if (began) {
            sessions.incrementAndGet();
        }
        return began;
    }

    /** Gives a session's place back, which another session may take at once; the session's socket is closed. */
    public void freePlace() {
        source.places().free();
    }

    /** Removes a session from the count: it has ended, or tries another target. */
    public void sessionEnded() {
        sessions.decrementAndGet();
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
        if (active.isDown() || isMarked()) {
            return Health.DOWN;
        }
        if (udp != null && udp.isSuspect()) {
            long now = nanoClock.getAsLong();
            if (udp.isRefusing(now)) {
                return Health.DOWN;
            }
            if (udp.isSilent(now)) {
                return Health.SILENT;
            }
        }
        return reached || active.isUp() ? Health.UP : Health.UNKNOWN;
    }

    /** Returns since when it has this health, by {@link System#nanoTime}; empty if it has another, or that is not known. */
    OptionalLong since(Health wanted) {
        Health now = health();
        boolean logged = now == (events.isDown() ? Health.DOWN : Health.UP);
        return now == wanted && logged ? events.changed() : OptionalLong.empty();
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

    /** Returns whether its probes show that it is down; what sessions show does not count. */
    public boolean isProbedDown() {
        return active.isDown();
    }

    /** Returns whether the last probe failed, and too few have for it to be down. */
    public boolean isDoubtful() {
        return active.isDoubtful();
    }

    /** Returns whether sessions have marked it. */
    boolean isMarked() {
        // The clock is read for few targets only: this is asked of each before a session is connected.
        return passive.hasMark() && passive.isMarked(nanoClock.getAsLong());
    }

    /** Returns whether a session that has tried {@code tried} may try it now. */
    boolean isLeft(List<Target> tried, boolean usable) {
        return source.places().hasRoom() && isWanted(tried, usable);
    }

    /** Returns whether such a session has only to wait for a place. */
    boolean isFull(List<Target> tried, boolean usable) {
        return !source.places().hasRoom() && isWanted(tried, usable);
    }

    private boolean isWanted(List<Target> tried, boolean usable) {
        return (!usable || isUsable()) && !tried.contains(this);
    }

    /** Records that a session connected, or that a flow was answered. */
    public void succeeded() {
        source.reached(this);
        if (udp != null) {
            udp.answered(nanoClock.getAsLong());
        }
        if (!reached) {
            reached = true;
            events.reached();
        }
        passive.succeeded();
        recovered();
    }

    /**
     * Records that a client could not be connected to it, and that the failure is not this machine's own. Clients of
     * several networks must have met one for it to be marked; a probe is due in any case. The reason is for the log.
     */
    public void failed(String reason, SocketAddress client) {
        source.countFailure();
        source.suspect();
        long now = nanoClock.getAsLong();
        boolean enough = passive.failed(ClientNetwork.of(client), now);
        source.targetFailed();
        if (enough) {
            mark(reason, now);
        }
    }

    private void mark(String reason, long now) {
        long nanos;
        synchronized (MarkLimit.LOCK) {
            if (active.isDown() || !MarkLimit.allows(this, source.pools())) {
                return;
            }
            nanos = passive.mark(now);
        }
        events.down(reason + ", for clients of " + PassiveHealth.NETWORKS + " networks; avoided for "
                + Units.format(Duration.ofNanos(nanos)));
    }

    /** Records that it reset a client's session before its first byte, which counts as a failure if its rules say so. */
    public void resetEarly(SocketAddress client) {
        if (source.healthRules().resets()) {
            failed("reset before the first byte", client);
        }
    }

    /** Records the result of a probe: null if it succeeded, otherwise the reason for the log. */
    public void probed(@Nullable String failure, Thresholds thresholds) {
        events.probed();
        if (failure == null) {
            active.succeeded(thresholds);
            events.reached();
            passive.succeeded();
            if (udp != null) {
                udp.dismissed();
            }
            recovered();
        } else {
            source.countFailure();
            boolean before = active.isDown();
            active.failed(thresholds);
            source.targetFailed();
            if (active.isDown()) {
                events.down(failure);
            }
            if (active.isDown() && !before) {
                source.wentDown(this);
            }
        }
    }

    /** Records that code of its health check threw, which shows nothing about it. */
    public void checkThrew(Throwable e) {
        events.checkThrew(e);
    }

    /** Forgets what probes have shown, since none watches it any more. */
    public void unwatched() {
        active.forget();
    }

    /**
     * Records that a UDP flow was refused, once for each flow. Anybody can forge a refusal, so this does not change the
     * health.
     *
     * @return whether the caller should probe the target, from a socket of its own, and report by {@link
     *     #refusalConfirmed} or {@link #refusalDismissed}; true again only after that report. False if the target is probed
     *     anyway
     */
    public boolean refused() {
        source.countFailure();
        source.suspect();
        return udp != null && source.healthRules().probes().isEmpty() && udp.refused(nanoClock.getAsLong());
    }

    /** Records that a UDP probe was refused too: the target is down, for five seconds from now. */
    public void refusalConfirmed(String reason) {
        if (udp != null) {
            udp.confirmed(nanoClock.getAsLong());
            events.down(reason);
            source.targetFailed();
        }
    }

    /** Records that a UDP probe was not refused, or could not be made: the target is not down for that reason. */
    public void refusalDismissed() {
        if (udp != null) {
            udp.dismissed();
            recovered();
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
            events.silent();
            source.targetFailed();
        }
    }

    private void recovered() {
        if (events.isDown() && health() != Health.DOWN) {
            rise.began(nanoClock.getAsLong());
            events.up();
        }
    }

    @Override
    public String toString() {
        return source + " at " + text;
    }
}
