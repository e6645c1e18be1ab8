package dev.refractium.server.upstream;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The backends that a policy chooses among, with their turns made in advance, so that a turn among a thousand costs no
 * walk. Immutable; any thread.
 */
final class Members {
    /** The most turns of a cycle; larger weights are rounded to fewer turns. */
    private static final int MOST_TURNS = 1 << 20;

    static final Members NONE = new Members(List.of(), 0);

    private final List<Backend> list;
    private final Backend[] backends;

    // What a walk through all members reads, side by side.
    private final Source[] sources;
    private final long[] keys;
    private final double[] weights;
    private final Places[] places;

    private final double greatestWeight;
    private final double allWeights;
    private final long slowStartNanos;

    /** Whose turn each of a cycle is, by position. */
    private final int[] turns;

    /** @param slowStartNanos how long the share of a member grows that has come up again; 0: it has all of it at once */
    Members(List<Backend> backends, long slowStartNanos) {
        this.list = List.copyOf(backends);
        this.backends = backends.toArray(Backend[]::new);
        this.sources = backends.stream().map(Backend::source).toArray(Source[]::new);
        this.weights = backends.stream().mapToDouble(Backend::weight).toArray();
        this.places =
                backends.stream().map(backend -> backend.source().places()).toArray(Places[]::new);
        this.greatestWeight = Arrays.stream(weights).max().orElse(0);
        this.allWeights = Arrays.stream(weights).sum();
        this.keys = backends.stream()
                .mapToLong(backend -> HashKey.of(backend.identity()))
                .toArray();
        this.slowStartNanos = slowStartNanos;
        this.turns = turns(cycle(backends));
    }

    boolean isEmpty() {
        return backends.length == 0;
    }

    int size() {
        return backends.length;
    }

    Backend get(int position) {
        return backends[position];
    }

    /** Returns the key of a member's identity. */
    long key(int position) {
        return keys[position];
    }

    /** Returns the position of the member whose turn it is. In a cycle each has as many turns as its weight, evenly spread. */
    int at(int turn) {
        return turns[Math.floorMod(turn, turns.length)];
    }

    /** Returns the member whose turn it is among those that are left, or null if none is: a walk through all. */
    @Nullable
    Backend nth(int turn, Predicate<Backend> left) {
        return Turns.nth(list, turn, left, Backend::weight);
    }

    /** Returns how many live sessions a member has, whichever pool they came by. */
    int sessions(int position) {
        return places[position].taken();
    }

    /** Returns how many sessions all members have for each unit of share, with one more. */
    double sessionsPerShare() {
        long sessions = 1;
        for (int i = 0; i < places.length; i++) {
            sessions += places[i].taken();
        }
        return sessions / shares();
    }

    /**
     * Returns the load of a member if it had one more session, by its share. Idle members are equal, whatever their
     * weights: turns decide among them, which go by weight already.
     */
    double load(int position) {
        int sessions = sessions(position);
        return sessions == 0 ? 0 : (sessions + 1) / share(position);
    }

    /** Returns a member's weight, or the part of it that the member has had time to grow to. */
    double share(int position) {
        return weights[position] * risen(position);
    }

    /** Returns a share that no member exceeds. */
    double greatestShare() {
        return greatestWeight;
    }

    private double shares() {
        if (slowStartNanos == 0) {
            return allWeights;
        }
        double shares = 0;
        for (int i = 0; i < sources.length; i++) {
            shares += share(i);
        }
        return shares;
    }

    /** Returns whether a member has its whole share. */
    boolean isFull(int position) {
        return risen(position) == 1;
    }

    /** Returns whether a member takes its turn: always, unless it comes up again, which leaves most turns to others. */
    boolean takesTurn(int position) {
        double risen = risen(position);
        return risen == 1 || ThreadLocalRandom.current().nextDouble() < risen;
    }

    private double risen(int position) {
        return slowStartNanos == 0 ? 1 : sources[position].risen(slowStartNanos);
    }

    /** Returns how many turns each member has in the shortest cycle that gives the same shares. */
    private static int[] cycle(List<Backend> backends) {
        int[] weights = backends.stream().mapToInt(Backend::weight).toArray();
        long sum = Arrays.stream(weights).asLongStream().sum();
        int divisor = sum > MOST_TURNS
                ? (int) (sum / MOST_TURNS) + 1
                : Math.max(1, Arrays.stream(weights).reduce(0, Members::commonDivisor));
        return Arrays.stream(weights)
                .map(weight -> Math.max(1, weight / divisor))
                .toArray();
    }

    private static int commonDivisor(int one, int other) {
        return other == 0 ? one : commonDivisor(other, one % other);
    }

    /**
     * Puts the turns of all members in order. Those of each lie evenly in the cycle; each member begins a little later than
     * the one before it, so that members of one weight keep the order of the file.
     */
    private static int[] turns(int[] weights) {
        long[] timed = new long[Arrays.stream(weights).sum()];
        int count = 0;
        for (int position = 0; position < weights.length; position++) {
            for (int i = 0; i < weights[position]; i++) {
                double time = (i + (position + 0.5) / weights.length) / weights[position];
                timed[count++] = (long) (time * (1L << 40)) << 22 | position;
            }
        }
        Arrays.sort(timed);
        return Arrays.stream(timed).mapToInt(each -> (int) each & (1 << 22) - 1).toArray();
    }
}
