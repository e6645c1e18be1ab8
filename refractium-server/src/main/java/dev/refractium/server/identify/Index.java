package dev.refractium.server.identify;

import dev.refractium.api.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The protocols that may say anything but no, by the first two bytes, so that a session costs as much with hundreds of
 * magic bytes as with five. It skips questions and changes no answer. Immutable; any thread.
 */
final class Index {
    /** Stands for a second byte that has not arrived. */
    static final int NONE = -1;

    private static final int BYTES = 256;

    /**
     * By the first byte: all candidates that can start with it; after them, if that narrows them down, those by the
     * second byte.
     */
    private final Candidate[][][] byFirst = new Candidate[BYTES][][];

    /** @param candidates in the order that they are asked in */
    Index(List<Candidate> candidates) {
        for (int b = 0; b < BYTES; b++) {
            int first = b;
            Candidate[] all = among(candidates.toArray(Candidate[]::new), protocol -> protocol.canStartWith(first));
            byFirst[first] = narrowed(first, all);
        }
    }

    /** Returns the candidates that can start with these two bytes; {@code second} may be {@link #NONE}. */
    Candidate[] after(int first, int second) {
        Candidate[][] narrowed = byFirst[first];
        return narrowed.length == 1 ? narrowed[0] : narrowed[second + 1];
    }

    /** Only magic bytes reveal more than the first byte. */
    private static Candidate[][] narrowed(int first, Candidate[] all) {
        if (Arrays.stream(all).noneMatch(candidate -> candidate.protocol() instanceof PatternProtocol)) {
            return new Candidate[][] {all};
        }
        Candidate[][] narrowed = new Candidate[1 + BYTES][];
        narrowed[0] = all;
        for (int b = 0; b < BYTES; b++) {
            int second = b;
            narrowed[second + 1] = among(
                    all,
                    protocol -> !(protocol instanceof PatternProtocol pattern) || pattern.canStartWith(first, second));
        }
        return narrowed;
    }

    /** Returns the same array if all fit. */
    private static Candidate[] among(Candidate[] all, Predicate<Protocol> fits) {
        Candidate[] fitting = Arrays.stream(all)
                .filter(candidate -> fits.test(candidate.protocol()))
                .toArray(Candidate[]::new);
        return fitting.length == all.length ? all : fitting;
    }
}
