package dev.refractium.plugins.tls;

import dev.refractium.api.Peek;
import java.util.Arrays;

/** The types of all extensions of a hello, for one in which too many of them are hard to tell apart by the way. */
final class ExtensionTypes {
    /** More than any client sends, GREASE included; so that looking for one that is there twice stays cheap. */
    static final int MAX = 64;

    private ExtensionTypes() {}

    /** Whether no type is there twice between {@code from} and {@code end}, and not more than {@link #MAX} are. */
    static boolean allDiffer(Peek peek, int from, int end) {
        char[] types = new char[MAX];
        int count = 0;
        for (int at = from; at + 4 <= end; at += 4 + peek.uint16(at + 2)) {
            if (count == MAX) {
                return false;
            }
            types[count++] = (char) peek.uint16(at);
        }
        Arrays.sort(types, 0, count);
        for (int i = 1; i < count; i++) {
            if (types[i] == types[i - 1]) {
                return false;
            }
        }
        return true;
    }
}
