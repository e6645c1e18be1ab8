package dev.refractium.server.route;

import dev.refractium.api.Identification;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules that ask for a suffix, found by a name that ends in it: the longest such suffix first. Takes steps that grow with
 * the logarithm of their number, and allocates nothing. Immutable.
 */
final class Suffixes {
    /** In the order of their letters from the last to the first, so that a suffix comes before whatever ends in it. */
    private final String[] suffixes;

    /** Of each suffix, the most specific first. */
    private final Rule[][] rules;

    /** The longest of the others that each ends in; -1 for none. */
    private final int[] shorter;

    Suffixes(Map<String, List<Rule>> bySuffix) {
        suffixes = bySuffix.keySet().stream().sorted(Suffixes::compare).toArray(String[]::new);
        rules = new Rule[suffixes.length][];
        shorter = new int[suffixes.length];
        for (int i = 0; i < suffixes.length; i++) {
            rules[i] = bySuffix.getOrDefault(suffixes[i], List.of()).toArray(new Rule[0]);
            int j = i - 1;
            while (j >= 0 && !suffixes[i].endsWith(suffixes[j])) {
                j = shorter[j];
            }
            shorter[i] = j;
        }
    }

    /** The rule of the longest suffix of {@code value} that takes a session with these attributes; null if none does. */
    @Nullable
    Rule find(String value, Identification answer) {
        // All that it ends in lie before it in the order, and each of them is what the next one ends in.
        for (int i = floor(value); i >= 0; i = shorter[i]) {
            if (value.length() > suffixes[i].length() && value.endsWith(suffixes[i])) {
                Rule rule = Rules.find(rules[i], answer);
                if (rule != null) {
                    return rule;
                }
            }
        }
        return null;
    }

    /** The last that does not come after {@code value}; -1 for none. */
    private int floor(String value) {
        int from = 0;
        int to = suffixes.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compare(suffixes[middle], value) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from - 1;
    }

    private static int compare(String a, String b) {
        int i = a.length();
        int j = b.length();
        while (i > 0 && j > 0) {
            int difference = a.charAt(--i) - b.charAt(--j);
            if (difference != 0) {
                return difference;
            }
        }
        return i - j;
    }
}
