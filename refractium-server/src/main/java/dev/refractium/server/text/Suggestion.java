package dev.refractium.server.text;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Guesses which word an unknown word was meant to be. */
public final class Suggestion {
    private static final int LONGEST = 64;

    private Suggestion() {}

    /** Returns the end of an "unknown …" message: {@code did you mean "port"?}, or else the known words. */
    public static String phrase(String word, Collection<String> known) {
        return closest(word, known)
                .map(close -> "did you mean \"" + close + "\"?")
                .orElseGet(() -> known.isEmpty() ? "none is known" : "known are " + String.join(", ", known));
    }

    /**
     * Returns the known word with the fewest typing errors to {@code word}, if these are few enough: one for each three
     * letters, three at most. Case and the choice between "-" and "_" do not count. Among equally close words one with
     * the same first letter wins, else the first.
     */
    public static Optional<String> closest(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String typed = fold(word);
        // Half an error for another first letter decides between words that are equally close.
        int best = 2 * (Math.min(3, typed.length() / 3) + 1);
        String closest = null;
        for (String candidate : known) {
            String folded = fold(candidate);
            int distance = 2 * errors(typed, folded) + (folded.regionMatches(0, typed, 0, 1) ? 0 : 1);
            if (distance < best) {
                best = distance;
                closest = candidate;
            }
        }
        return Optional.ofNullable(closest);
    }

    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** Counts the letters to insert, remove, change or swap with their neighbour (optimal string alignment). */
    private static int errors(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, from, to, i, j);
            }
        }
        return cost[from.length()][to.length()];
    }

    private static int cheapest(int[][] cost, String from, String to, int i, int j) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int change = cost[i - 1][j - 1] + (same ? 0 : 1);
        int least = Math.min(change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
