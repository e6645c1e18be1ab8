package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import dev.refractium.server.net.SourceAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a backend's targets: a host and port of the configuration, with a {@link Target} for each address of
 * the host; or a Unix socket, which is one target for good. There is one object per host, port and transport. It outlives the generations that name it, and its targets
 * change between reloads, as the name service changes. Any thread.
 */
public final class Source {
    /** Not an object of its own, since policies read it of many sources for one session. */
    private static final AtomicIntegerFieldUpdater<Source> SESSIONS =
            AtomicIntegerFieldUpdater.newUpdater(Source.class, "sessions");

    private final String host;
    private final int port;
    private final Transport transport;
    private final LongSupplier nanoClock;
    private final AtomicInteger turn = new AtomicInteger();

    /** Live sessions at all targets, also at those that it no longer has. */
    private volatile int sessions;

    private final LongAdder failures = new LongAdder();

    /** Written by the resolver, read by event loops. Empty until the name resolves. */
    private volatile List<Target> targets = List.of();

    /** Targets whose address the host no longer has, and that sessions may still use. Written by the resolver. */
    private volatile List<Target> left = List.of();

    /** The names of the current generation's routes that use this source; written by the thread that reloads. */
    private volatile List<String> routes = List.of();

    /** The address that probes dial from; written by the thread that reloads. */
    private volatile SourceAddress probedFrom = SourceAddress.ANY;

    /** The PROXY headers that its targets expect; written by the thread that reloads. */
    private volatile SendProxy sendProxy = SendProxy.NONE;

    /** The family of the address that a session reached last; null before the first. */
    private volatile @Nullable Class<?> family;

    /** Written by the thread that reloads, read by probes and the resolver. */
    private volatile boolean dropped;

    /** @param host a host, or the path of a Unix socket, which begins with a slash */
    public Source(String host, int port, Transport transport) {
        this(host, port, transport, System::nanoTime);
    }

    /** @param nanoClock replaces {@link System#nanoTime} */
    Source(String host, int port, Transport transport, LongSupplier nanoClock) {
        this.host = host;
        this.port = port;
        this.transport = transport;
        this.nanoClock = nanoClock;
        if (isUnix()) {
            targets = List.of(new Target(this, UnixDomainSocketAddress.of(host), nanoClock));
        }
    }

    /** Returns the host as configured; of a Unix socket its path. */
    public String host() {
        return host;
    }

    /** Returns whether it is a Unix socket, which has no name to look up. */
    public boolean isUnix() {
        return host.startsWith("/");
    }

    /** Returns the transport that its targets are reached by. */
    public Transport transport() {
        return transport;
    }

    /** Returns whether the host is a name that has no address yet. */
    public boolean isUnresolved() {
        return targets.isEmpty();
    }

    /** Returns whether no generation names this source any more: then it is neither probed nor looked up. */
    public boolean isDropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
    }

    /**
     * Replaces the addresses of the host. A target whose address stays is kept, with its health, and so is a target whose
     * address returns while sessions still use it. One thread at a time.
     */
    public void resolved(List<InetAddress> hosts) {
        List<Target> before = targets;
        List<Target> leftBefore = left;
        List<Target> now = new ArrayList<>();
        for (InetAddress each : hosts) {
            if (now.stream().noneMatch(target -> isAt(target, each))) {
                now.add(Stream.concat(before.stream(), leftBefore.stream())
                        .filter(target -> isAt(target, each))
                        .findFirst()
                        .orElseGet(() -> new Target(this, new InetSocketAddress(each, port), nanoClock)));
            }
        }
        now.forEach(target -> target.current(true));
        targets = List.copyOf(now);
        // Kept until the next lookup in any case: a session may have picked the target just before.
        left = Stream.concat(before.stream(), leftBefore.stream().filter(target -> target.sessions() > 0))
                .filter(target -> !now.contains(target))
                .toList();
        left.forEach(target -> target.current(false));
    }

    /** Returns the current targets, unmodifiable. */
    public List<Target> targets() {
        return targets;
    }

    /** Sets the names of the routes of the current generation that use this source; empty if none does. */
    public void namedBy(Collection<String> routes) {
        this.routes = List.copyOf(routes);
    }

    /** Sets the address that probes of its targets dial from. */
    public void probeFrom(SourceAddress source) {
        probedFrom = source;
    }

    /** Returns the address that a probe of this target dials from: the system's choice for one of another family. */
    public SourceAddress probedFrom(Target target) {
        SourceAddress from = probedFrom;
        return from.reaches(target.address()) ? from : SourceAddress.ANY;
    }

    /** Sets the PROXY headers that its targets expect, as the current generation's routes send them. */
    public void expects(SendProxy headers) {
        sendProxy = headers;
    }

    /** Returns the PROXY headers that its targets expect, of probes too. */
    public SendProxy sendProxy() {
        return sendProxy;
    }

    /** Returns whether a route of the current generation uses this source. */
    public boolean isNamed() {
        return !routes.isEmpty();
    }

    /** Returns how many live sessions use its targets. */
    public int sessions() {
        return sessions;
    }

    /** Returns how many of these sessions use targets that are draining. */
    public int drainingSessions() {
        return draining(targets) + draining(left);
    }

    List<String> routes() {
        return routes;
    }

    /** Returns the best health of its targets; unknown while it has none. */
    public Health health() {
        Health best = Health.DOWN;
        boolean any = false;
        for (Target target : targets) {
            Health health = target.health();
            any = true;
            if (health == Health.UP) {
                return health;
            }
            best = health.compareTo(best) < 0 ? health : best;
        }
        return any ? best : Health.UNKNOWN;
    }

    /** Returns how many of its targets are neither down nor silent. */
    public int usable() {
        int usable = 0;
        for (Target target : targets) {
            usable += target.isUsable() ? 1 : 0;
        }
        return usable;
    }

    /** Returns how many connects, probes and flows have failed so far, at any of its targets. */
    public long failures() {
        return failures.sum();
    }

    void countSession(int change) {
        SESSIONS.addAndGet(this, change);
    }

    void countFailure() {
        failures.increment();
    }

    /** Records that a session reached {@code target}: the next sessions begin with its family. */
    void reached(Target target) {
        if (isUnix()) {
            return;
        }
        Class<?> reached = target.internet().getAddress().getClass();
        if (family != reached) {
            family = reached;
        }
    }

    /** Returns whether a target is left to be tried. */
    boolean has(List<Target> tried, boolean usable) {
        List<Target> now = targets;
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i).isLeft(tried, usable)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the target that is next by the pool's policy, or null if none is left. Where the policy does not go by keys,
     * targets of the family that worked last come first.
     *
     * @param key the session's; {@link HashKey#NONE} if the policy does not go by keys
     */
    @Nullable
    Target next(List<Target> tried, boolean usable, Balance balance, long key) {
        List<Target> now = targets;
        if (now.size() <= 1) {
            return now.isEmpty() || !now.get(0).isLeft(tried, usable) ? null : now.get(0);
        }
        Class<?> preferred = key == HashKey.NONE ? family : null;
        int start = turn.getAndIncrement();
        Target next = balance.target(
                now,
                start,
                target -> target.isLeft(tried, usable)
                        && (preferred == null
                                || preferred == target.internet().getAddress().getClass()),
                key);
        return next != null || preferred == null
                ? next
                : balance.target(now, start, target -> target.isLeft(tried, usable), key);
    }

    /**
     * Returns how far it has risen since it came up again, from above 0 to 1: as far as the usable target that has been up
     * for longest.
     *
     * @param rampNanos how long it takes to rise
     */
    double risen(long rampNanos) {
        List<Target> now = targets;
        double most = 0;
        for (int i = 0; i < now.size() && most < 1; i++) {
            most = now.get(i).isUsable() ? Math.max(most, now.get(i).risen(rampNanos)) : most;
        }
        // One that is tried although it is down takes its whole share.
        return most == 0 ? 1 : most;
    }

    private static int draining(List<Target> some) {
        return some.stream()
                .filter(Target::isDraining)
                .mapToInt(Target::sessions)
                .sum();
    }

    /** Compares with the zone: two interfaces may have the same link-local address, and then each needs a target. */
    private static boolean isAt(Target target, InetAddress host) {
        InetAddress known = target.internet().getAddress();
        return known.equals(host)
                && (!(known instanceof Inet6Address six)
                        || !(host instanceof Inet6Address other)
                        || six.getScopeId() == other.getScopeId());
    }

    @Override
    public String toString() {
        if (isUnix()) {
            return "unix:" + host;
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
