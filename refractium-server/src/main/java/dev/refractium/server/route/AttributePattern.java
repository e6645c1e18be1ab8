package dev.refractium.server.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The condition of a route on one value of an attribute: an exact value, any name below a suffix, or proved absence.
 * Immutable.
 */
public final class AttributePattern {
    private static final int EXACT = Integer.MAX_VALUE;

    private final String text;

    /** The suffix with its leading dot, such as ".example.com"; null if the pattern is no wildcard. */
    private final @Nullable String suffix;

    private AttributePattern(String text) {
        this.text = text;
        this.suffix = text.startsWith("*.") ? text.substring(1) : null;
    }

    /** Reads {@code example.com}, {@code *.example.com}, or "" for absence. */
    public static AttributePattern parse(String text) {
        return new AttributePattern(text);
    }

    /** Returns whether an attribute with these values fits; no values mean that it is proved absent. */
    public boolean matches(List<String> values) {
        if (values.isEmpty()) {
            return text.isEmpty();
        }
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (suffix == null ? text.equals(value) : value.length() > suffix.length() && value.endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the only value that fits; null if several fit. */
    @Nullable
    String exact() {
        return suffix == null ? text : null;
    }

    /** Returns the suffix of the values that fit, which must be longer; null if it is no wildcard. */
    @Nullable
    String suffix() {
        return suffix;
    }

    /**
     * Returns the weight, which grows with how specific the pattern is: exact before longer wildcards before shorter
     * ones; never 0.
     */
    int weight() {
        return suffix == null ? EXACT : suffix.length();
    }

    @Override
    public String toString() {
        return text;
    }
}
