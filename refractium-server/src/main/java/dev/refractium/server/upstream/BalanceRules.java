package dev.refractium.server.upstream;

import java.util.Optional;

/**
 * How a pool chooses among its backends. Immutable.
 *
 * @param hashOn the attribute that sessions are hashed on; empty: the client. Of no effect on policies that hash nothing
 * @param slowStartNanos how long the share of a backend grows that has come up again; 0: it has all of it at once
 */
public record BalanceRules(Policy policy, Optional<String> hashOn, long slowStartNanos) {
    /** Rules that go by clients, without a slow start. */
    public BalanceRules(Policy policy) {
        this(policy, Optional.empty(), 0);
    }

    /** Makes the order of a new pool. */
    Balance balance() {
        return policy == Policy.SOURCE_HASH && hashOn.isPresent() ? new SourceHash(SourceHash.BOUND) : policy.balance();
    }

    /** Returns whether a pool with these rules goes on in the order of a pool with {@code other} rules. */
    boolean sharesOrderWith(BalanceRules other) {
        return policy == other.policy && hashOn.equals(other.hashOn);
    }
}
