package dev.refractium.server.identify;

import dev.refractium.api.Peek;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds out whether one of many patterns is at its place, in work that is linear in the bytes and in the patterns,
 * however the bytes arrive. Of the patterns that further bytes may complete, only one is watched, the candidate: those
 * before it, in the order of their ends, are ruled out for good, and those after it are tried once the candidate is.
 * Immutable.
 */
final class PlacedPatterns {
    /** Returned instead of a candidate: a pattern fits. */
    static final int FOUND = -1;

    private final PatternProtocol.Placed[] byEnd;

    /** The smallest offset of a pattern and all after it. */
    private final int[] nearestOffset;

    PlacedPatterns(List<PatternProtocol.Placed> patterns) {
        byEnd = patterns.stream()
                .sorted(Comparator.comparingInt(PatternProtocol.Placed::end))
                .toArray(PatternProtocol.Placed[]::new);
        nearestOffset = new int[byEnd.length];
        int nearest = Integer.MAX_VALUE;
        for (int i = byEnd.length - 1; i >= 0; i--) {
            nearest = Math.min(nearest, byEnd[i].offset());
            nearestOffset[i] = nearest;
        }
    }

    /**
     * Reads further bytes.
     *
     * @param read how many bytes the last call had
     * @param candidate what the last call returned; 0 at first
     * @return {@link #FOUND}, or the next candidate, which {@link #isOpen} asks about
     */
    int read(Peek peek, int read, int candidate) {
        int length = peek.length();
        int next = firstEndBeyond(read);
        for (; next < byEnd.length && byEnd[next].end() <= length; next++) {
            if (byEnd[next].fits(peek, 0)) {
                return FOUND;
            }
        }
        int open = Math.max(candidate, next);
        int known = open == candidate ? read : 0;
        while (open < byEnd.length && !byEnd[open].fits(peek, known)) {
            open++;
            known = 0;
        }
        return open;
    }

    /** Returns whether more bytes may complete a pattern. */
    boolean isOpen(int candidate) {
        return candidate < byEnd.length;
    }

    /** Returns how many bytes may complete a pattern or rule one out; {@code candidate} is open. */
    int atLeast(Peek peek, int candidate) {
        return Math.max(peek.length(), nearestOffset[candidate]) + 1;
    }

    /** Returns whether a session can begin with this byte. */
    boolean canStartWith(int first) {
        return Arrays.stream(byEnd).anyMatch(pattern -> pattern.fits(0, first));
    }

    /** Returns whether a session can begin with these two bytes. */
    boolean canStartWith(int first, int second) {
        return Arrays.stream(byEnd).anyMatch(pattern -> pattern.fits(0, first) && pattern.fits(1, second));
    }

    /** Returns the first pattern that ends beyond {@code read}. */
    private int firstEndBeyond(int read) {
        int low = 0;
        int high = byEnd.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (byEnd[middle].end() <= read) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
