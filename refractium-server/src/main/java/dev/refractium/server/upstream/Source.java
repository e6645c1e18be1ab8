package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import dev.refractium.server.net.NameAnswer;
import dev.refractium.server.net.SourceAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a backend's targets: a host and port of the configuration, with a {@link Target} for each address of
 * the host; the name of a service, with a target for each of its addresses and ports; or a Unix socket, which is one
 * target for good. There is one object per host, port and transport. It outlives the generations that name it, and its
 * targets change between reloads, as the name service changes. Any thread.
 */
public final class Source {
    private final String host;
    private final int port;
    private final Transport transport;
    private final LongSupplier nanoClock;
    private final TargetOrder order = new TargetOrder();

    private final LongAdder failures = new LongAdder();
    private final ResponseTimes responseTimes = new ResponseTimes();
    private final Places places = new Places();

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

    /** How the health of its targets is found out; written by the thread that reloads. */
    private volatile HealthRules healthRules = HealthRules.PASSIVE;

    /** The pools of the current generation that have this source; written by the thread that reloads. */
    private volatile List<Pool> pools = List.of();

    /** Is run when a session has failed at one of its targets; may be called often, on any thread. */
    private volatile Runnable onSuspicion = () -> {};

    /** Is notified of targets that probes have found to be down. */
    private volatile Consumer<Target> onDown = target -> {};

    /** Written by the thread that reloads, read by probes and the resolver. */
    private volatile boolean dropped;

    /** Has the name looked up again; set once. */
    private volatile Runnable askAgain = () -> {};

    /**
     * Creates a source without targets, unless it is a Unix socket.
     *
     * @param host a host; {@code srv://} and the name of a service; or the path of a Unix socket, which begins with a
     *     slash
     * @param port 0 of a service and a Unix socket
     */
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

    /** Returns the host as configured; of a Unix socket its path, of a service its name with {@code srv://}. */
    public String host() {
        return host;
    }

    /** Returns the port as configured; 0 of a service and a Unix socket. */
    int port() {
        return port;
    }

    /** Returns how long it takes to answer. */
    public ResponseTimes responseTimes() {
        return responseTimes;
    }

    /** Returns whether it is a Unix socket, which has no name to look up. */
    public boolean isUnix() {
        return host.startsWith("/");
    }

    /** Returns whether it is a service, whose targets have ports of their own. */
    public boolean isService() {
        return host.startsWith("srv://");
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

    /** Sets what looks the name up again, at once but not too often; never blocks. */
    void whenAllFail(Runnable askAgain) {
        this.askAgain = askAgain;
    }

    /** Records that a target failed: when none is left that works, the name may stand for other addresses by now. */
    void targetFailed() {
        for (Target target : targets) {
            if (!target.isFailing()) {
                return;
            }
        }
        askAgain.run();
    }

    /** Replaces the addresses of the host, as {@link #members}. */
    public void resolved(List<InetAddress> hosts) {
        members(hosts.stream().map(NameAnswer.Member::new).toList());
    }

    /**
     * Replaces the addresses that the name stands for. A target whose address and port stay is kept, with its health, and
     * so is a target whose address returns while sessions still use it. One thread at a time.
     */
    void members(List<NameAnswer.Member> members) {
        List<Target> before = targets;
        List<Target> leftBefore = left;
        List<Target> now = new ArrayList<>();
        for (NameAnswer.Member each : members) {
            InetSocketAddress address = new InetSocketAddress(each.address(), each.port() == 0 ? port : each.port());
            if (now.stream().noneMatch(target -> isAt(target, address))) {
                Target target = Stream.concat(before.stream(), leftBefore.stream())
                        .filter(known -> isAt(known, address))
                        .findFirst()
                        .orElseGet(() -> new Target(this, address, nanoClock));
                target.rank(each.priority(), each.weight());
                now.add(target);
            }
        }
        now.forEach(target -> target.current(true));
        order.rank(now);
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

    /** Sets how the health of its targets is found out, and the pools of the current generation that have this source. */
    public void judgeBy(HealthRules rules, Collection<Pool> pools) {
        this.pools = List.copyOf(pools);
        healthRules = rules;
    }

    /** Returns how the health of its targets is found out. */
    public HealthRules healthRules() {
        return healthRules;
    }

    /** Sets what is to run when a session has failed at one of its targets: on any thread, and often. */
    public void onSuspicion(Runnable probe) {
        onSuspicion = probe;
    }

    void suspect() {
        onSuspicion.run();
    }

    List<Pool> pools() {
        return pools;
    }

    /** Sets how many sessions its targets take together; {@link Integer#MAX_VALUE}: any number. Live sessions stay. */
    public void limit(int sessions) {
        places.limit(sessions);
    }

    /** Returns the places of sessions at its targets. */
    Places places() {
        return places;
    }

    /** Sets what is notified of each target that probes find to be down, on their threads, which it must not block. */
    public void onDown(Consumer<Target> notified) {
        onDown = notified;
    }

    void wentDown(Target target) {
        onDown.accept(target);
    }

    /** Returns whether a route of the current generation uses this source. */
    public boolean isNamed() {
        return !routes.isEmpty();
    }

    /** Returns how many live sessions use its targets, also those that it no longer has. */
    public int sessions() {
        return sum(targets, target -> true) + sum(left, target -> true);
    }

    /** Returns how many of these sessions use targets that are draining. */
    public int drainingSessions() {
        return sum(targets, Target::isDraining) + sum(left, Target::isDraining);
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

    /**
     * Returns since when it has its health, by {@link System#nanoTime}; empty if that is not known. It is up since the
     * first of its targets is, and down since the last of them is.
     */
    public OptionalLong since() {
        Health now = health();
        OptionalLong since = OptionalLong.empty();
        for (Target target : targets) {
            OptionalLong one = target.since(now);
            boolean earlier = one.isPresent() && since.isPresent() && one.getAsLong() - since.getAsLong() < 0;
            if (since.isEmpty() || (one.isPresent() && earlier == (now == Health.UP))) {
                since = one;
            }
        }
        return since;
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

    void countFailure() {
        failures.increment();
    }

    /** Records that a session reached {@code target}: the next sessions begin with its family. */
    void reached(Target target) {
        if (!isUnix()) {
            order.reached(target);
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

    /** Returns the target that is next by the pool's policy, as {@link TargetOrder#next}; null if none is left. */
    @Nullable
    Target next(List<Target> tried, boolean usable, Balance balance, long key) {
        return order.next(targets, tried, usable, balance, key);
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

    private static int sum(List<Target> all, Predicate<Target> which) {
        int sum = 0;
        for (int i = 0; i < all.size(); i++) {
            sum += which.test(all.get(i)) ? all.get(i).sessions() : 0;
        }
        return sum;
    }

    /** Compares with the zone: two interfaces may have the same link-local address, and then each needs a target. */
    private static boolean isAt(Target target, InetSocketAddress address) {
        return target.internet().equals(address)
                && (!(target.internet().getAddress() instanceof Inet6Address six)
                        || !(address.getAddress() instanceof Inet6Address other)
                        || six.getScopeId() == other.getScopeId());
    }

    @Override
    public String toString() {
        if (isUnix()) {
            return "unix:" + host;
        }
        if (isService()) {
            return host;
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
