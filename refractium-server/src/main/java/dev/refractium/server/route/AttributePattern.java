package dev.refractium.server.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route asks of one value of an attribute: exactly this, any name below a suffix, or that it is proved absent.
 * Immutable.
 */
public final class AttributePattern {
    private static final int EXACT = Integer.MAX_VALUE;

    private final String text;

    /** The suffix with its leading dot, as ".example.com"; null where the pattern is no wildcard. */
    private final @Nullable String suffix;

    private AttributePattern(String text) {
        this.text = text;
        this.suffix = text.startsWith("*.") ? text.substring(1) : null;
    }

    /** Reads {@code example.com}, {@code *.example.com}, or "" for absence. */
    public static AttributePattern parse(String text) {
        return new AttributePattern(text);
    }

    /** Whether an attribute with these values fits; without any, it is proved absent. */
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

    /** The one value that it takes; null if there are many. */
    @Nullable
    String exact() {
        return suffix == null ? text : null;
    }

    /** The more, the more specific: exact before longer wildcards before shorter ones; never 0. */
    int weight() {
        return suffix == null ? EXACT : suffix.length();
    }

    @Override
    public String toString() {
        return text;
    }
}
