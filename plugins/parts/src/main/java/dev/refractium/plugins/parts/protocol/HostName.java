package dev.refractium.plugins.parts.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The one form of a host name that routes are compared with. */
public final class HostName {
    /** The most characters that a name has. */
    public static final int MAX_NAME = 253;

    /** The most characters that a label has. */
    public static final int MAX_LABEL = 63;

    private HostName() {}

    /**
     * Returns the name in lower case without one trailing dot, or null where it is no name of ASCII labels: letters,
     * digits, hyphens, and underscores, since names in use have them. IPv4 addresses are such names.
     */
    public static @Nullable String canonical(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        int label = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.' && label > 0) {
                label = 0;
            } else if (!isLabelCharacter(c) || ++label > MAX_LABEL) {
                return null;
            }
        }
        return label > 0 && name.length() <= MAX_NAME ? name.toLowerCase(Locale.ROOT) : null;
    }

    private static boolean isLabelCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}
