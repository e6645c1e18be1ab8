package dev.refractium.server.hook;

import static java.util.Objects.requireNonNull;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import java.util.Set;

/** The traits that a hook declares, asked for once. */
record Traits(
        Set<Direction> bytes,
        long firstBytes,
        Set<String> attributes,
        long maxHoldMs,
        boolean refusals,
        int descriptors) {
    /**
     * Runs plugin code.
     *
     * @throws IllegalArgumentException naming the method that threw or returned something invalid
     */
    static Traits of(Hook hook) {
        return new Traits(
                Set.copyOf(ask("bytes", hook::bytes)),
                atLeastNone("firstBytes", ask("firstBytes", hook::firstBytes)),
                Set.copyOf(ask("attributes", hook::attributes)),
                ask("overflow", hook::overflow).maxHold().toMillis(),
                ask("refusals", hook::refusals),
                (int) atLeastNone("descriptors", ask("descriptors", hook::descriptors)));
    }

    boolean wants(Direction direction, long offset) {
        return offset < firstBytes && bytes.contains(direction);
    }

    /** Returns whether it holds sessions rather than lose bytes. */
    boolean holds() {
        return maxHoldMs > 0 && !bytes.isEmpty();
    }

    private static long atLeastNone(String method, long number) {
        if (number < 0) {
            throw new IllegalArgumentException(method + "() gives " + number + "; return 0 or more");
        }
        return number;
    }

    private static <T> T ask(String method, Question<T> question) {
        try {
            return requireNonNull(question.ask(), "null");
        } catch (Throwable thrown) {
            throw new IllegalArgumentException(method + "() fails: " + Throwables.describe(thrown));
        }
    }

    private interface Question<T> {
        T ask();
    }
}
