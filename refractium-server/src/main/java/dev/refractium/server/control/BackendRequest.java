package dev.refractium.server.control;

import dev.refractium.api.Units;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Words;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a backend is to do from now on.
 *
 * @param address as the status names the backend
 * @param pool as the status names it, or as the configuration does; empty: all pools that have the backend
 * @param term how long and how firmly
 * @param weight for {@link Action#WEIGHT} only
 */
public record BackendRequest(Action action, String address, Optional<String> pool, OptionalInt weight, Term term) {
    /** The highest weight. */
    public static final int HEAVIEST = 1_000;

    private static final String ACTION = "action";
    private static final String ADDRESS = "address";
    private static final String POOL = "pool";
    private static final String WEIGHT = "weight";
    private static final String FOR = "for_ms";
    private static final String FORGET = "forget";
    private static final String FORCE = "force";

    /** What can be ordered. */
    public enum Action {
        /** Takes no new sessions; those it has go on. */
        DRAIN,
        /** Takes no new sessions, and those it has are closed. */
        DISABLE,
        /** Is again as it is configured, its weight too. */
        ENABLE,
        /** Has another weight. */
        WEIGHT
    }

    /**
     * How long an order is to be followed, and whether it may leave a pool without a live backend.
     *
     * @param time after which the backend is as configured again; empty: until another order
     * @param forget whether a restart ends it too
     * @param force whether it may concern the last live backend of a pool
     */
    public record Term(Optional<Duration> time, boolean forget, boolean force) {
        /** The longest time that is accepted. */
        public static final Duration MOST = Duration.ofDays(366);

        /** @throws IllegalArgumentException with what is wrong */
        public Term {
            time.filter(said -> said.isZero() || said.isNegative() || said.compareTo(MOST) > 0)
                    .ifPresent(said -> {
                        throw new IllegalArgumentException(
                                "for " + Units.format(said) + " is out of range; use 1ms to " + Units.format(MOST));
                    });
        }
    }

    /** @throws IllegalArgumentException with what is wrong */
    public BackendRequest {
        if (address.isBlank()) {
            throw new IllegalArgumentException("no backend is named; say which, as the status names it");
        }
        if (weight.isPresent() != (action == Action.WEIGHT)) {
            throw new IllegalArgumentException("a weight goes with the order weight, and only with that");
        }
        if (weight.isPresent() && (weight.getAsInt() < 1 || weight.getAsInt() > HEAVIEST)) {
            throw new IllegalArgumentException(
                    "weight " + weight.getAsInt() + " is out of range; use 1 to " + HEAVIEST);
        }
    }

    /** Returns the request as the process of this number sends it. */
    String line(long process) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put(Exchange.PROCESS, process);
        arguments.put(ACTION, action);
        arguments.put(ADDRESS, address);
        pool.ifPresent(name -> arguments.put(POOL, name));
        weight.ifPresent(number -> arguments.put(WEIGHT, number));
        term.time().ifPresent(time -> arguments.put(FOR, time.toMillis()));
        arguments.put(FORGET, term.forget());
        arguments.put(FORCE, term.force());
        return "backend " + Json.of(arguments);
    }

    /**
     * Makes the request of these arguments.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static BackendRequest of(Arguments arguments) {
        arguments.requireKnown(Set.of(Exchange.PROCESS, ACTION, ADDRESS, POOL, WEIGHT, FOR, FORGET, FORCE));
        Optional<Long> weight = arguments.number(WEIGHT);
        return new BackendRequest(
                action(arguments.text(ACTION).orElse("")),
                arguments.text(ADDRESS).orElse(""),
                arguments.text(POOL),
                weight.isPresent()
                        ? OptionalInt.of((int) Math.max(0, Math.min(weight.get(), Integer.MAX_VALUE)))
                        : OptionalInt.empty(),
                new Term(arguments.number(FOR).map(Duration::ofMillis), arguments.flag(FORGET), arguments.flag(FORCE)));
    }

    private static Action action(String said) {
        return Stream.of(Action.values())
                .filter(each -> Words.of(each).equals(said))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no order " + Escape.quoted(said) + "; there are drain, disable, enable, weight"));
    }
}
