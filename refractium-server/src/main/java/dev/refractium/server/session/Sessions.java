package dev.refractium.server.session;

import dev.refractium.server.hook.Refusals;
import dev.refractium.server.hook.SessionFacts;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.net.Peer;
import dev.refractium.server.net.UnixClient;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.upstream.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The live sessions of a server, TCP and UDP alike. All of them are admitted, counted, logged and, if refused, shown to
 * the hooks that ask for refused ones, here and nowhere else. Any thread.
 */
public final class Sessions {
    private final Admission admission;
    private final EndLog log = new EndLog();
    private final EndCounts counts = new EndCounts();
    private final Meters meters = new Meters();
    private final RefusedClients refused = new RefusedClients(System::nanoTime);
    private final ClientSamples samples = new ClientSamples(System::nanoTime);
    private final Set<Session> live = ConcurrentHashMap.newKeySet();
    private final AtomicLong newest = new AtomicLong();

    /** Differs from that of every other server, and of this one before a restart. */
    private final String start =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

    /** Counted down by the end of the last session once draining has begun. */
    private final CountDownLatch drained = new CountDownLatch(1);

    private volatile boolean draining;

    /** Creates sessions without limits. */
    public Sessions() {
        this(Integer.MAX_VALUE, 0);
    }

    /**
     * @param max limit of concurrent TCP sessions
     * @param maxPerClient limit of concurrent TCP sessions per client; 0: no limit
     */
    public Sessions(int max, int maxPerClient) {
        admission = new Admission(max, maxPerClient);
    }

    /** Sets new limits of TCP sessions; live sessions stay. */
    public void limit(int max, int maxPerClient) {
        admission.limit(max, maxPerClient);
    }

    /**
     * Takes a place for a TCP session of {@code client}. Returns its permit, or the limit that it would exceed.
     *
     * @param gate that of the listener where it has arrived
     */
    public Admitted admit(InetAddress client, ListenerGate gate) {
        return admission.admit(client, gate);
    }

    /** The same of a client of a Unix socket too, which counts by its user without a limit. */
    public Admitted admit(SocketAddress client, ListenerGate gate) {
        return client instanceof UnixDomainSocketAddress unix
                ? admission.admitUser(UnixClient.uid(unix), gate)
                : admission.admit(((InetSocketAddress) client).getAddress(), gate);
    }

    /**
     * Takes a place for a TCP session whose client a trusted proxy will pass on; {@link Permit#countFor} sets the client.
     * The proxy itself has no limit per client.
     *
     * @param gate that of the listener where it has arrived
     */
    public Admitted admitProxied(ListenerGate gate) {
        return admission.admit(gate);
    }

    /** Returns the id of a new session; ids count up from 1. */
    public long nextId() {
        return newest.incrementAndGet();
    }

    /** Returns the name of a session that no session of another server has, nor one of this server after a restart. */
    public String uniqueId(long id) {
        return start + "-" + id;
    }

    /** Returns the id that was assigned last; 0 before the first. */
    public long newestId() {
        return newest.get();
    }

    /** Adds a session that begins. */
    public void begin(Session session) {
        session.meter().began();
        live.add(session);
    }

    /** Counts and logs that a session has got its route. */
    public void routed(LiveSession session) {
        session.meter().routed();
        log.routed(session);
    }

    /** Counts and logs that a session of {@code client} goes to the fallback instead of ending for this reason. */
    public void fallback(EndReason insteadOf, SocketAddress client) {
        counts.fallback(insteadOf);
        log.fallback(insteadOf, client);
    }

    /**
     * Counts and logs a client that gets no session; hooks are not notified.
     *
     * @param where the counters of clients where it arrived, or of the route that refuses it
     */
    public void refuse(SessionMeter where, EndReason why, SocketAddress client, @Nullable Inquiry known) {
        counts.end(why);
        where.atEnd(why, known).ended(why);
        refused.refused(why, Addresses.internet(client));
        log.end(why, client, null, known);
    }

    /**
     * Counts and logs a client that gets no session, and shows it to the hooks that ask for refused clients. Creates
     * nothing if there are none: such clients come in floods.
     *
     * @param where the counters of clients where it arrived, or of the route that refuses it
     * @param known how it was recognised, not kept
     * @param began when it arrived, by {@link System#nanoTime}
     */
    public void refuse(SessionMeter where, EndReason why, Peer peer, Inquiry known, long began, Refusals hooks) {
        refuse(where, why, peer.client(), known);
        if (hooks.areWanted()) {
            SessionFacts.Times times = new SessionFacts.Times(began, -1, System.nanoTime() - began);
            hooks.add(introduction(where, peer, times, known, hooks).refused(), why.label(), why.endedBy());
        }
    }

    /** The same of a client that is refused at its arrival, unread. */
    public void refuse(SessionMeter where, EndReason why, Peer peer, Refusals hooks) {
        refuse(where, why, peer.client(), null);
        if (hooks.areWanted()) {
            SessionFacts.Times times = SessionFacts.Times.arrived(System.nanoTime());
            hooks.add(introduction(where, peer, times, null, hooks).refused(), why.label(), why.endedBy());
        }
    }

    private Introduction introduction(
            SessionMeter where, Peer peer, SessionFacts.Times times, @Nullable Inquiry known, Refusals hooks) {
        return new Introduction(peer, where.listener(), nextId(), hooks.generation(), times, known);
    }

    /**
     * Ends a session, which calls this once and before its sockets close: hooks are notified, its places are given
     * back, it is counted and logged, so that all of that is done when a peer sees the sockets close. An exception in
     * one step does not prevent the others.
     *
     * @param moved bytes that it relayed, both directions together
     */
    public void end(LiveSession session, EndReason why, long moved) {
        Inquiry known = session.known();
        try {
            session.closeHooks(why);
            Refusals hooks = session.refusals();
            if (session.route() == null && why != EndReason.PROXY_PROBE && hooks.areWanted()) {
                Introduction ended = new Introduction(
                        session,
                        session.meter().listener(),
                        session.id(),
                        session.generation(),
                        session.times(),
                        known);
                hooks.add(ended.refused(), why.label(), why.endedBy());
            }
        } finally {
            try {
                session.release();
            } finally {
                counts.end(why);
                counts.moved(moved);
                session.meter().left();
                session.meter().atEnd(why, known).ended(why);
                live.remove(session);
                if (draining && live.isEmpty()) {
                    drained.countDown();
                }
                refused.refused(why, Addresses.internet(session.client()));
                log.end(why, session.client(), session, known);
            }
        }
    }

    /** Returns how many sessions are alive. */
    public int live() {
        return live.size();
    }

    /** Returns the counters by listener, protocol and route. */
    public Meters meters() {
        return meters;
    }

    /** Returns the first bytes of clients without a route, which are kept while an operator wants to see them. */
    public ClientSamples samples() {
        return samples;
    }

    /** Returns how many bytes ended sessions relayed. */
    public long bytes() {
        return counts.bytes();
    }

    /** Returns how many sessions ended, by reason. */
    public Map<EndReason, Long> ends() {
        return counts.ends();
    }

    /** Returns how many sessions went to the fallback, by the reason that would otherwise have ended them. */
    public Map<EndReason, Long> fallbacks() {
        return counts.fallbacks();
    }

    /** Returns the newest ends and refusals, a few of each reason. */
    public List<RecentEnds.Ended> recentEnds() {
        return log.recent().collect();
    }

    /** Writes the lines of ends that are logged per window; on one thread. */
    public void summarise(long windowSeconds) {
        log.flush(ends(), windowSeconds);
    }

    /**
     * Waits until the last session has ended, for {@code ms} at most. Call it once no new session can begin.
     *
     * @return whether no session is left
     */
    public boolean drain(long ms) throws InterruptedException {
        draining = true;
        live.forEach(Session::leaveQueue);
        return live.isEmpty() || drained.await(ms, TimeUnit.MILLISECONDS);
    }

    /** Returns whether it drains, so that no session may begin to wait for a place. */
    public boolean isDraining() {
        return draining;
    }

    /** Stops a {@link #drain} that is waiting. */
    public void stopWaiting() {
        drained.countDown();
    }

    /** Returns a view of the live sessions, which changes as they come and go; iterate once and quickly. */
    public Iterable<Session> all() {
        return live;
    }

    /** Returns how many of the live sessions match. */
    public int count(Predicate<Session> which) {
        return (int) live.stream().filter(which).count();
    }

    /** Ends those live sessions that match, for this reason, and returns their number. */
    public int cut(Predicate<Session> which, EndReason why) {
        List<Session> cut = live.stream().filter(which).toList();
        cut.forEach(session -> session.cut(why));
        return cut.size();
    }

    /**
     * Ends those of these sessions that are connected to one of these targets; returns their number, in which flows may be
     * that leave it at this moment.
     */
    public int leave(Predicate<Session> which, Predicate<Target> some, EndReason why) {
        int ended = 0;
        for (Session session : live) {
            ended += which.test(session) && session.leave(some, why) ? 1 : 0;
        }
        return ended;
    }

    /** Ends all sessions at once. */
    public void cut() {
        cut(session -> true, EndReason.CUT);
    }
}
