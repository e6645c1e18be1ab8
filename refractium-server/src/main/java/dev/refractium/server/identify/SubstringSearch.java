package dev.refractium.server.identify;

import dev.refractium.api.Peek;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Byte strings at any position, all searched for in one pass over the bytes (Aho and Corasick, "Efficient string
 * matching", 1975). Immutable; any thread.
 *
 * <p>The progress of a pass is one number, its note: the state, and how many bytes were read. The next pass continues
 * from there, so that each byte is read once, however the session was cut.
 */
final class SubstringSearch {
    /** Returned instead of a state: a needle was found. */
    static final int FOUND = -1;

    private final List<State> states = new ArrayList<>();
    private final State start = added();

    /** @param needles not empty */
    SubstringSearch(List<PatternProtocol.Needle> needles) {
        needles.forEach(this::add);
        // The shorter ones first: each is linked through them.
        List<State> sameLength = List.of(start);
        while (!sameLength.isEmpty()) {
            List<State> longer = new ArrayList<>();
            sameLength.forEach(state -> link(state, longer));
            sameLength = longer;
        }
    }

    /** A state: the longest prefix of a needle that is a suffix of the bytes so far. */
    private static final class State {
        private final int number;

        /** The longest prefix of a needle that is a proper suffix of this one; that of the empty prefix is itself. */
        private State shorter = this;

        /** A needle is found here if at most this many bytes were read. */
        private int foundUpTo = -1;

        /** A needle can still be found if at most this many bytes were read. */
        private int openUpTo = -1;

        /** How many bytes the needle that is nearest its end still needs. */
        private int lacking = Integer.MAX_VALUE;

        private byte[] labels = new byte[0];
        private State[] following = new State[0];

        State(int number) {
            this.number = number;
        }

        @Nullable
        State following(int next) {
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] == (byte) next) {
                    return following[i];
                }
            }
            return null;
        }
    }

    /**
     * Continues from a state, until the result is settled or the bytes end.
     *
     * @param read how many bytes have led to the state; 0 at first, when the state is 0
     * @return {@link #FOUND}, or the state that the bytes have led to
     */
    int read(Peek peek, int read, int from) {
        State state = states.get(from);
        int length = peek.length();
        for (int at = read; ; at++) {
            if (at <= state.foundUpTo) {
                return FOUND;
            }
            if (at >= length || at > state.openUpTo) {
                return state.number;
            }
            state = next(state, peek.byteAt(at));
        }
    }

    /**
     * Returns the count of bytes that could settle it: a needle may be complete then, or the last one have become too
     * late. {@link Integer#MAX_VALUE} if none can be found any more.
     */
    int atLeast(int number, int read) {
        State state = states.get(number);
        if (read > state.openUpTo) {
            return Integer.MAX_VALUE;
        }
        int complete = read + Math.max(1, state.lacking);
        return Math.min(complete, Math.max(read, start.openUpTo) + 1);
    }

    private State next(State from, int next) {
        State state = from;
        State following = state.following(next);
        while (following == null && state.number != start.number) {
            state = state.shorter;
            following = state.following(next);
        }
        return following == null ? start : following;
    }

    private void add(PatternProtocol.Needle needle) {
        State state = start;
        int length = needle.bytes().length;
        for (int depth = 0; ; depth++) {
            state.openUpTo = Math.max(state.openUpTo, needle.within() - length + depth);
            state.lacking = Math.min(state.lacking, length - depth);
            if (depth == length) {
                break;
            }
            State following = state.following(needle.bytes()[depth]);
            state = following != null ? following : follow(state, needle.bytes()[depth]);
        }
        state.foundUpTo = Math.max(state.foundUpTo, needle.within());
    }

    private State follow(State state, byte label) {
        int count = state.labels.length;
        state.labels = Arrays.copyOf(state.labels, count + 1);
        state.labels[count] = label;
        state.following = Arrays.copyOf(state.following, count + 1);
        state.following[count] = added();
        return state.following[count];
    }

    private State added() {
        State state = new State(states.size());
        states.add(state);
        return state;
    }

    /** Applies to a state what its suffix link implies. */
    private void link(State state, List<State> longer) {
        for (int i = 0; i < state.labels.length; i++) {
            State following = state.following[i];
            following.shorter = state.number == start.number ? start : next(state.shorter, state.labels[i]);
            following.foundUpTo = Math.max(following.foundUpTo, following.shorter.foundUpTo);
            following.openUpTo = Math.max(following.openUpTo, following.shorter.openUpTo);
            following.lacking = Math.min(following.lacking, following.shorter.lacking);
            longer.add(following);
        }
    }
}
