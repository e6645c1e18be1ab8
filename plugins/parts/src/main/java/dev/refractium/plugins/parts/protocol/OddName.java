package dev.refractium.plugins.parts.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/** Names that are no host names, and that every server reads as the same name all the same. */
public final class OddName {
    private static final int MARKS =
            1 << Character.NON_SPACING_MARK | 1 << Character.COMBINING_SPACING_MARK | 1 << Character.ENCLOSING_MARK;

    private OddName() {}

    /**
     * Returns whether a text that is no {@link HostName} is an odd name: labels that are too long, or have letters and
     * digits beyond ASCII in UTF-8, or an asterisk. Servers strip, decode or split at other characters, and so may read a
     * host name in such a text; letters that some servers fold to a host name of ASCII are refused for the same reason.
     *
     * @param text each byte as the character of the same number
     */
    public static boolean isOne(String text) {
        if (text.length() > HostName.MAX_NAME) {
            return false;
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
            String folded = Normalizer.normalize(name, Normalizer.Form.NFKC)
                    .toUpperCase(Locale.ROOT)
                    .toLowerCase(Locale.ROOT);
            return hasOddLabels(name) && hasOddLabels(folded) && HostName.canonical(folded) == null;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Returns whether a name has nothing but labels of such characters, none of them empty. */
    private static boolean hasOddLabels(String name) {
        String labels = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        boolean empty = true;
        for (int at = 0; at < labels.length(); ) {
            int c = labels.codePointAt(at);
            if (c == '.' ? empty : !isLabelCharacter(c)) {
                return false;
            }
            empty = c == '.';
            at += Character.charCount(c);
        }
        return !empty;
    }

    private static boolean isLabelCharacter(int c) {
        return c == '-'
                || c == '_'
                || c == '*'
                || Character.isLetterOrDigit(c)
                || (MARKS >> Character.getType(c) & 1) == 1;
    }
}
