package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;

/** Backends with an address each, and a clock that stands still until it is told otherwise. One thread. */
final class SomeBackends {
    private final AtomicLong clock = new AtomicLong(1);
    private final Standings standings = new Standings();
    private final List<Backend> all = new ArrayList<>();

    private SomeBackends(int... weights) {
        for (int i = 0; i < weights.length; i++) {
            Source source = new Source("127.0.0.1", 1000 + i, Transport.TCP, clock::get);
            source.resolved(List.of(InetAddress.getLoopbackAddress()));
            all.add(new Backend(
                    source, source.toString(), weights[i], false, Integer.MAX_VALUE, standings.of("test", source)));
        }
    }

    static SomeBackends ofWeights(int... weights) {
        return new SomeBackends(weights);
    }

    /** Of weight 1. */
    static SomeBackends of(int count) {
        int[] weights = new int[count];
        Arrays.fill(weights, 1);
        return new SomeBackends(weights);
    }

    List<Backend> all() {
        return all;
    }

    Backend get(int i) {
        return all.get(i);
    }

    Target target(int i) {
        return all.get(i).targets().get(0);
    }

    /** Gives a backend live sessions. */
    void load(int i, int sessions) {
        for (int k = 0; k < sessions; k++) {
            target(i).sessionBegan();
        }
    }

    /** Gives a backend another weight, as operators do. */
    void weigh(int i, int weight) {
        standings.set(
                new Standings.Subject(get(i).source().toString(), Optional.empty()),
                new Standing.Order(true, OptionalInt.of(weight)));
    }

    void takeDown(int i) {
        target(i).probed("test", new HealthRules.Thresholds(1, 1));
    }

    void takeUp(int i) {
        target(i).probed(null, new HealthRules.Thresholds(1, 1));
    }

    void pass(long nanos) {
        clock.addAndGet(nanos);
    }

    Pool pool(Policy policy) {
        return pool(new BalanceRules(policy));
    }

    Pool pool(BalanceRules rules) {
        return new Pool("test", all, rules);
    }

    /** Returns how many of these first choices each backend gets; none of the sessions lasts. */
    int[] shares(Pool pool, int sessions) {
        int[] shares = new int[all.size()];
        for (int i = 0; i < sessions; i++) {
            shares[position(Objects.requireNonNull(pool.first(HashKey.NONE)))]++;
        }
        return shares;
    }

    /** Returns how many of these sessions each backend has; all of them last. */
    int[] kept(Pool pool, int sessions) {
        int[] shares = new int[all.size()];
        for (int i = 0; i < sessions; i++) {
            Target chosen = Objects.requireNonNull(pool.first(HashKey.NONE));
            chosen.sessionBegan();
            shares[position(chosen)]++;
        }
        return shares;
    }

    int position(Target target) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).source() == target.source()) {
                return i;
            }
        }
        throw new IllegalArgumentException("not of these: " + target);
    }
}
