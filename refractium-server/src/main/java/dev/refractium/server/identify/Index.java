package dev.refractium.server.identify;

import dev.refractium.api.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Who could say anything but no, by the first two bytes: so that a session costs as much among hundreds of magic
 * bytes as among five. It skips questions and changes no answer. Immutable; any thread.
 */
final class Index {
    private static final int BYTES = 256;

    private final Candidate[][] byFirst = new Candidate[BYTES][];

    /** Empty for a first byte after which the second tells nothing more. */
    private final Candidate[][][] bySecond = new Candidate[BYTES][][];

    /** @param candidates in the order that they are asked in */
    Index(List<Candidate> candidates) {
        for (int b = 0; b < BYTES; b++) {
            int first = b;
            Candidate[] all = candidates.toArray(Candidate[]::new);
            byFirst[first] = among(all, protocol -> protocol.canStartWith(first));
            bySecond[first] = bySecond(first, byFirst[first]);
        }
    }

    /** Who can start with this byte. */
    Candidate[] after(int first) {
        return byFirst[first];
    }

    /** Who can start with these two. */
    Candidate[] after(int first, int second) {
        Candidate[][] narrowed = bySecond[first];
        return narrowed.length == 0 ? byFirst[first] : narrowed[second];
    }

    /** Only of magic bytes is more known than the first. */
    private static Candidate[][] bySecond(int first, Candidate[] all) {
        if (Arrays.stream(all).noneMatch(candidate -> candidate.protocol() instanceof PatternProtocol)) {
            return new Candidate[0][];
        }
        Candidate[][] narrowed = new Candidate[BYTES][];
        for (int b = 0; b < BYTES; b++) {
            int second = b;
            narrowed[b] = among(
                    all,
                    protocol -> !(protocol instanceof PatternProtocol pattern) || pattern.canStartWith(first, second));
        }
        return narrowed;
    }

    /** The same array where all fit. */
    private static Candidate[] among(Candidate[] all, Predicate<Protocol> fits) {
        Candidate[] fitting = Arrays.stream(all)
                .filter(candidate -> fits.test(candidate.protocol()))
                .toArray(Candidate[]::new);
        return fitting.length == all.length ? all : fitting;
    }
}
