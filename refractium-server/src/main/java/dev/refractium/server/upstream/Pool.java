package dev.refractium.server.upstream;

import dev.refractium.api.Identification;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The backends of a route, or of several, as one generation has them, and the order they are tried in. The set of backends never
 * changes; their targets do, whenever a source has others. Any thread.
 */
public final class Pool {
    private final String name;
    private final List<Backend> backends;
    private final BalanceRules rules;
    private final Balance balance;
    private final PoolHandling handling;
    private final WaitQueue queue;

    /** Replaced when weights change, by any thread. */
    private volatile Members regular;

    private volatile Members backups;

    /** The changes of weights that are in {@code regular} and {@code backups}. */
    private volatile int weighed;

    /**
     * @param name {@code pool:NAME}, or the name of the only route that has it
     * @param backends not empty
     */
    public Pool(String name, List<Backend> backends, BalanceRules rules) {
        this(name, backends, rules, PoolHandling.DEFAULT);
    }

    /**
     * @param name {@code pool:NAME}, or the name of the only route that has it
     * @param backends not empty
     */
    public Pool(String name, List<Backend> backends, BalanceRules rules, PoolHandling handling) {
        this(name, backends, rules, rules.balance(), handling, new WaitQueue());
    }

    private Pool(
            String name,
            List<Backend> backends,
            BalanceRules rules,
            Balance balance,
            PoolHandling handling,
            WaitQueue queue) {
        this.name = name;
        this.backends = List.copyOf(backends);
        this.weighed = changes();
        this.regular = members(backends, false, rules);
        this.backups = members(backends, true, rules);
        this.rules = rules;
        this.balance = balance;
        this.handling = handling;
        this.queue = queue;
    }

    /**
     * Returns the pool of the next generation: this one if nothing differs. It continues with this pool's queue, and with
     * the state of its balance unless the policy differs.
     */
    public Pool next(List<Backend> backends, BalanceRules rules, PoolHandling handling) {
        if (backends.equals(this.backends) && rules.equals(this.rules) && handling.equals(this.handling)) {
            return this;
        }
        Balance order = rules.sharesOrderWith(this.rules) ? balance : rules.balance();
        return new Pool(name, backends, rules, order, handling, queue);
    }

    private static Members members(List<Backend> backends, boolean backups, BalanceRules rules) {
        List<Backend> some =
                backends.stream().filter(backend -> backend.backup() == backups).toList();
        return some.isEmpty() ? Members.NONE : new Members(some, rules.slowStartNanos());
    }

    /** Makes the turns of its backends anew if an operator has changed a weight: for every thread that comes by then. */
    private void reweigh() {
        int now = changes();
        if (now != weighed) {
            regular = members(backends, false, rules);
            backups = members(backends, true, rules);
            weighed = now;
        }
    }

    private int changes() {
        // A pool that a route names and no table defines has none: the configuration is refused, with that problem.
        return backends.isEmpty() ? 0 : backends.get(0).standing().changes();
    }

    /** Returns {@code pool:NAME}, or the name of the only route that has it. */
    public String name() {
        return name;
    }

    /** Returns what it does with sessions when its servers are full, or down. */
    public PoolHandling handling() {
        return handling;
    }

    /** Returns the sessions that wait for a place. */
    public WaitQueue queue() {
        return queue;
    }

    /** Returns all backends, unmodifiable. */
    public List<Backend> backends() {
        return backends;
    }

    /** Returns how long sessions try its targets. */
    public DialTimes times() {
        return handling.dial();
    }

    /** Returns the sources of all backends. */
    public Set<Source> sources() {
        return backends.stream().map(Backend::source).collect(Collectors.toSet());
    }

    /** Returns whether some backend takes new sessions, and has an address that is not known to be down. */
    public boolean isLive() {
        return isLiveWithout(Set.of());
    }

    /** Returns whether it would be live without these sources. */
    public boolean isLiveWithout(Set<Source> some) {
        for (Backend backend : backends) {
            Source source = backend.source();
            boolean isCounted = backend.isOpen() && (some.isEmpty() || !some.contains(source));
            if (isCounted && !source.isUnresolved() && source.health() != Health.DOWN) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether {@code target} comes from a source of this pool. */
    public boolean includes(Target target) {
        return backends.stream().anyMatch(backend -> backend.source() == target.source());
    }

    /** Returns whether a session could be connected to a target other than {@code one}. */
    public boolean hasOtherThan(Target one) {
        return backends.size() > 1 || one.source().targets().size() > 1;
    }

    /** Returns whether a target other than {@code one} is known to be up, so that it would probably have answered. */
    public boolean isAnsweredElsewhere(Target one) {
        for (Backend backend : backends) {
            for (Target target : backend.targets()) {
                if (target != one && target.health() == Health.UP) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the attribute that its sessions are hashed on; empty if there is none. */
    public Optional<String> hashOn() {
        return rules.hashOn();
    }

    /**
     * Returns what the policy knows a session by, for {@link #first}. A session without the attribute that the pool hashes
     * on goes by its client.
     *
     * @param known what the session's first bytes show
     */
    public long key(SocketAddress client, Identification known) {
        if (!rules.policy().isByKey()) {
            return HashKey.NONE;
        }
        List<String> values = rules.hashOn().isEmpty()
                ? List.of()
                : known.values(rules.hashOn().get());
        return values.isEmpty() ? HashKey.of(client) : HashKey.of(values);
    }

    /**
     * Returns the target that a new session tries first, or null if no backend has an address.
     *
     * @param key the session's, as {@link #key} has it
     */
    public @Nullable Target first(long key) {
        reweigh();
        return next(List.of(), key);
    }

    /**
     * Returns what a session tries after {@code first}; created only then, since most sessions need no second attempt.
     *
     * @param key the session's, as {@link #key} has it
     */
    public FailoverOrder after(Target first, long key) {
        return new FailoverOrder(this, first, key);
    }

    /** Returns another target of the source that was tried last, or null if none is left. */
    @Nullable
    Target sibling(List<Target> tried, boolean usable, long key) {
        return tried.get(tried.size() - 1).source().next(tried, usable, balance, key);
    }

    /** @param tried the targets that the session has tried, in that order */
    @Nullable
    Target next(List<Target> tried, long key) {
        Target usable = next(tried, true, key);
        return usable != null || !mayTryDown(tried) ? usable : next(tried, false, key);
    }

    /** Returns whether all that keeps a new session from a target is that it has no place. */
    public boolean isFull(Predicate<Target> reachable) {
        return isFull(List.of(), reachable);
    }

    boolean isFull(List<Target> tried, Predicate<Target> reachable) {
        return isFull(tried, true, reachable) || (handling.triesDown() && isFull(tried, false, reachable));
    }

    /** Returns whether targets that are down may be tried: not while others are up, and have only no place. */
    private boolean mayTryDown(List<Target> tried) {
        return handling.triesDown() && !isFull(tried, true, target -> true);
    }

    private boolean isFull(List<Target> tried, boolean usable, Predicate<Target> reachable) {
        for (Backend backend : backends) {
            if (!backend.isOpen()) {
                continue;
            }
            for (Target target : backend.targets()) {
                if (target.isFull(tried, usable) && reachable.test(target)) {
                    return true;
                }
            }
        }
        return false;
    }

    private @Nullable Target next(List<Target> tried, boolean usable, long key) {
        if (!tried.isEmpty()) {
            Target sibling = sibling(tried, usable, key);
            if (sibling != null) {
                return sibling;
            }
        }
        Target next = next(regular, tried, usable, key);
        return next != null || backups.isEmpty() ? next : next(backups, tried, usable, key);
    }

    private @Nullable Target next(Members members, List<Target> tried, boolean usable, long key) {
        if (members.isEmpty()) {
            return null;
        }
        Backend next = members.size() == 1
                ? members.get(0)
                : balance.next(
                        members, backend -> backend.isOpen() && backend.source().has(tried, usable), key);
        return next == null || !next.isOpen() ? null : next.source().next(tried, usable, balance, key);
    }
}
