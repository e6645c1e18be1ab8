package dev.refractium.server.config;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tomlj.TomlPosition;

/**
 * Divides a long configuration into pieces that are parsed one after the other, since the parser's tree takes far more
 * memory than the text: one piece without the {@code [[protocols]]} tables, and some with these tables alone. A text that
 * has strings of several lines stays whole. Made for one call.
 */
final class TomlPieces {
    /** The longest piece, in characters: a longer one could take more than the heap. */
    static final int MOST = 1 << 20;

    /** A shorter text is one piece. */
    static final int LEAST = 1 << 16;

    private static final int USUAL = 1 << 15;
    private static final String ROUTE = "[[protocols]]";

    private final String text;
    private final Lines others = new Lines();
    private final List<Lines> routes = new ArrayList<>();

    /** How many brackets and braces are open. */
    private int open;

    private TomlPieces(String text) {
        this.text = text;
    }

    /**
     * A part of a text.
     *
     * @param lines the number of each of its lines in the whole text; empty: it is the whole
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Piece(String text, int[] lines) {
        /**
         * What tells a piece from all others, at another place too.
         *
         * @param file the name of its file
         * @param tables how many {@code [[protocols]]} tables are in pieces before it
         * @param hash of its text, and of the numbers of its lines
         */
        record Mark(String file, int tables, BigInteger hash) {}

        /** Returns its mark. */
        Mark mark(String file, int tables) {
            ByteBuffer numbers = ByteBuffer.allocate(lines.length * Integer.BYTES);
            numbers.asIntBuffer().put(lines);
            MessageDigest digest = sha256();
            digest.update(numbers);
            return new Mark(file, tables, new BigInteger(digest.digest(text.getBytes(StandardCharsets.UTF_8))));
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Returns where a position within the piece is in the whole text. */
        TomlPosition original(TomlPosition here) {
            return lines.length == 0
                    ? here
                    : TomlPosition.positionAt(lines[Math.min(here.line(), lines.length) - 1], here.column());
        }
    }

    /** Returns the text as a whole. */
    static List<Piece> whole(String text) {
        return List.of(new Piece(text, new int[0]));
    }

    /** Returns the pieces: first the one with everything but routes, which is the whole if the text is short. */
    static List<Piece> of(String text) {
        boolean divides = text.length() >= LEAST && !text.contains("\"\"\"") && !text.contains("'''");
        return divides ? new TomlPieces(text).pieces() : whole(text);
    }

    private List<Piece> pieces() {
        Lines current = others;
        int number = 1;
        for (int from = 0; from < text.length(); number++) {
            int feed = text.indexOf('\n', from);
            int to = feed < 0 ? text.length() : feed + 1;
            if (open == 0 && text.charAt(from) == '[') {
                current = next(current, from);
            }
            current.add(number, from, to);
            count(from, to);
            from = to;
        }
        List<Piece> pieces = new ArrayList<>(List.of(others.piece()));
        routes.forEach(some -> pieces.add(some.piece()));
        return pieces;
    }

    /** Returns the piece that a header belongs to. */
    private Lines next(Lines current, int from) {
        if (text.startsWith(ROUTE, from)) {
            if (routes.isEmpty() || routes.get(routes.size() - 1).length() > USUAL) {
                routes.add(new Lines());
            }
            return routes.get(routes.size() - 1);
        }
        boolean isPartOfRoute = text.startsWith("[protocols.", from) || text.startsWith("[[protocols.", from);
        return isPartOfRoute ? current : others;
    }

    /** Counts the brackets and braces of one line. */
    private void count(int from, int to) {
        for (int i = from; i < to; i++) {
            switch (text.charAt(i)) {
                case '#' -> i = to;
                case '"' -> i = endOfString(i, to, '"');
                case '\'' -> i = endOfString(i, to, '\'');
                case '[', '{' -> open++;
                case ']', '}' -> open--;
                default -> {}
            }
        }
    }

    private int endOfString(int from, int to, char quote) {
        int i = from + 1;
        while (i < to && text.charAt(i) != quote) {
            i += quote == '"' && text.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    /** Lines of the text, with their numbers. */
    private final class Lines {
        private final StringBuilder chars = new StringBuilder();
        private int[] numbers = new int[64];
        private int count;

        int length() {
            return chars.length();
        }

        void add(int number, int from, int to) {
            chars.append(text, from, to);
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = number;
        }

        Piece piece() {
            // A position may be at the end, on the line after the last one.
            add(count == 0 ? 1 : numbers[count - 1] + 1, 0, 0);
            return new Piece(chars.toString(), Arrays.copyOf(numbers, count));
        }
    }
}
