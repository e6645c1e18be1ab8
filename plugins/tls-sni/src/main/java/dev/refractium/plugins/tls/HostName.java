package dev.refractium.plugins.tls;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The one form of a server name that routes are compared with. */
final class HostName {
    static final int MAX_NAME = 253;
    static final int MAX_LABEL = 63;

    private static final boolean[] LABEL = new boolean[256];

    static {
        for (char c : "abcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray()) {
            LABEL[c] = true;
        }
    }

    private HostName() {}

    /**
     * The name in lower case without one trailing dot, or null where it is no name of ASCII labels. RFC 6066 wants
     * internationalised names as A-labels; underscores are let through, since names in use have them.
     */
    static @Nullable String canonical(String text) {
        String name = (text.endsWith(".") ? text.substring(0, text.length() - 1) : text).toLowerCase(Locale.ROOT);
        int label = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.' && label > 0) {
                label = 0;
            } else if (!isLabelCharacter(c) || ++label > MAX_LABEL) {
                return null;
            }
        }
        return label > 0 && name.length() <= MAX_NAME ? name : null;
    }

    /** Whether a label of a canonical name may have this character, 0 to 255. */
    static boolean isLabelCharacter(int c) {
        return LABEL[c];
    }
}
