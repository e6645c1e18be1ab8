package dev.refractium.server.upstream;

import dev.refractium.api.Identification;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** Replaced when weights change, by threads of operators. */
    private volatile Members regular;

    private volatile Members backups;

    /**
     * @param name {@code pool:NAME}, or the name of the only route that has it
     * @param backends not empty
     */
    public Pool(String name, List<Backend> backends, BalanceRules rules) {
        this(name, backends, rules, rules.balance());
    }

    private Pool(String name, List<Backend> backends, BalanceRules rules, Balance balance) {
        this.name = name;
        this.backends = List.copyOf(backends);
        this.regular = members(backends, false, rules);
        this.backups = members(backends, true, rules);
        this.rules = rules;
        this.balance = balance;
    }

    /**
     * Returns the pool of the next generation. It continues with the state of this pool's balance, unless the policy
     * differs.
     */
    public Pool next(List<Backend> backends, BalanceRules rules) {
        return rules.sharesOrderWith(this.rules)
                ? new Pool(name, backends, rules, balance)
                : new Pool(name, backends, rules);
    }

    private static Members members(List<Backend> backends, boolean backups, BalanceRules rules) {
        return new Members(
                backends.stream().filter(backend -> backend.backup() == backups).toList(), rules.slowStartNanos());
    }

    /** Makes the turns of its backends anew, after the weight of one has changed. */
    public void reweigh() {
        regular = members(backends, false, rules);
        backups = members(backends, true, rules);
    }

    /** Returns {@code pool:NAME}, or the name of the only route that has it. */
    public String name() {
        return name;
    }

    /** Returns all backends, unmodifiable. */
    public List<Backend> backends() {
        return backends;
    }

    /** Returns the sources of all backends. */
    public Set<Source> sources() {
        return backends.stream().map(Backend::source).collect(Collectors.toSet());
    }

    /** Returns whether some backend has an address that is not known to be down. */
    public boolean isLive() {
        return backends.stream()
                .map(Backend::source)
                .anyMatch(source -> !source.isUnresolved() && source.health() != Health.DOWN);
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

    /** @param tried the targets that the session has tried, in that order */
    @Nullable
    Target next(List<Target> tried, long key) {
        Target usable = next(tried, true, key);
        return usable != null ? usable : next(tried, false, key);
    }

    private @Nullable Target next(List<Target> tried, boolean usable, long key) {
        if (!tried.isEmpty()) {
            Target sibling = tried.get(tried.size() - 1).source().next(tried, usable, balance, key);
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
                : balance.next(members, backend -> backend.source().has(tried, usable), key);
        return next == null ? null : next.source().next(tried, usable, balance, key);
    }
}
