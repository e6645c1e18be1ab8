package dev.refractium.plugins.dns;

import dev.refractium.api.Peek;

/** The name of a question. */
final class QuestionName {
    private static final int NETBIOS_LETTERS = 32;

    private QuestionName() {}

    /**
     * Returns whether the name of a question for services (type 33) is rather the one of a NetBIOS node status request,
     * which has the same type: one label of 32 letters from A to P (RFC 1002, section 4.2.1). Damaged letters make no
     * service of it, whose name begins with an underscore (RFC 2782).
     */
    static boolean isOfNetbios(Peek peek, int start) {
        return peek.byteAt(start) == NETBIOS_LETTERS && peek.byteAt(start + 1) != '_';
    }

    /**
     * As text, in lower case; what is neither printable nor unambiguous as {@code \ddd}, the dot inside a label included.
     *
     * @param peek holds the whole name, without pointers
     * @param start where its first label begins
     */
    static String read(Peek peek, int start) {
        StringBuilder name = new StringBuilder(64);
        int label = start;
        for (int size = peek.byteAt(label); size > 0; size = peek.byteAt(label)) {
            if (name.length() > 0) {
                name.append('.');
            }
            for (int i = 1; i <= size; i++) {
                append(name, peek.byteAt(label + i));
            }
            label += 1 + size;
        }
        return name.length() == 0 ? "." : name.toString();
    }

    private static void append(StringBuilder name, int value) {
        if (value >= 'A' && value <= 'Z') {
            name.append((char) (value + 0x20));
        } else if (value > ' ' && value < 0x7f && value != '.' && value != '\\') {
            name.append((char) value);
        } else {
            name.append('\\').append((char) ('0' + value / 100));
            name.append((char) ('0' + value / 10 % 10)).append((char) ('0' + value % 10));
        }
    }
}
