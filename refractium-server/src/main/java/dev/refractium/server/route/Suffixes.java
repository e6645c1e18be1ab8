package dev.refractium.server.route;

import dev.refractium.api.Identification;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules that ask for a suffix, found by a name that ends in it: the longest such suffix first. Takes steps that grow with
 * the logarithm of their number, and allocates nothing. Immutable.
 */
final class Suffixes {
    /** Up to this many suffixes are each compared with the name, which takes fewer steps than a search. */
    private static final int FEW = 4;

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
    Rule find(String value, Identification answer, @Nullable InetAddress client) {
        return suffixes.length <= FEW ? compareEach(value, answer, client) : search(value, answer, client);
    }

    /** Goes from the last suffix to the first: of those that a name ends in, a longer one comes after a shorter one. */
    private @Nullable Rule compareEach(String value, Identification answer, @Nullable InetAddress client) {
        for (int i = suffixes.length - 1; i >= 0; i--) {
            String suffix = suffixes[i];
            if (suffix.length() < value.length() && value.endsWith(suffix)) {
                Rule rule = Rules.find(rules[i], answer, client);
                if (rule != null) {
                    return rule;
                }
            }
        }
        return null;
    }

    private @Nullable Rule search(String value, Identification answer, @Nullable InetAddress client) {
        // Looks for the last that does not come after the value, and for how many letters both end alike in. What lies
        // between two of them ends in at least as many, so that these are not compared again.
        int from = 0;
        int to = suffixes.length;
        int alike = 0;
        int alikeAfter = 0;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int common = common(suffixes[middle], value, Math.min(alike, alikeAfter));
            if (compare(suffixes[middle], value, common) <= 0) {
                from = middle + 1;
                alike = common;
            } else {
                to = middle;
                alikeAfter = common;
            }
        }
        return longest(from - 1, Math.min(alike, value.length() - 1), answer, client);
    }

    /**
     * The rule of the longest of at most {@code most} letters, among a suffix and all that it ends in: these lie before
     * it in the order, and each of them is what the next one ends in.
     */
    private @Nullable Rule longest(int suffix, int most, Identification answer, @Nullable InetAddress client) {
        for (int i = suffix; i >= 0; i = shorter[i]) {
            Rule rule = suffixes[i].length() <= most ? Rules.find(rules[i], answer, client) : null;
            if (rule != null) {
                return rule;
            }
        }
        return null;
    }

    private static int compare(String a, String b) {
        return compare(a, b, common(a, b, 0));
    }

    private static int compare(String a, String b, int common) {
        return common == a.length() || common == b.length()
                ? a.length() - b.length()
                : a.charAt(a.length() - 1 - common) - b.charAt(b.length() - 1 - common);
    }

    /** How many letters from the last are the same in both, of which {@code known} are known to be. */
    private static int common(String a, String b, int known) {
        int most = Math.min(a.length(), b.length());
        int common = known;
        while (common < most && a.charAt(a.length() - 1 - common) == b.charAt(b.length() - 1 - common)) {
            common++;
        }
        return common;
    }
}
