package dev.refractium.server.text;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * Names, each with a value and a line of a file: exact names, {@code *.suffix} for every name below a suffix, and {@link
 * #DEFAULT} for all others. Made for hundreds of thousands of names: it is a few arrays, and a lookup allocates nothing
 * for ASCII. Immutable; any thread.
 */
public final class NameTable {
    /** The name that stands for every name without a line of its own, and for sessions without a name. */
    public static final String DEFAULT = "@";

    /** No line. */
    public static final int NONE = -1;

    private static final long PRIME = 0x100000001b3L;

    /** Unknown outside, so that nobody can choose names that share a slot. */
    private static final long SEED = new SecureRandom().nextLong();

    private static final byte[] DEFAULT_BYTES = DEFAULT.getBytes(StandardCharsets.US_ASCII);

    /** The names, and room behind them. */
    private final byte[] bytes;

    private final int size;

    /** Where the name of each entry ends in {@code bytes}; it begins where the one before ends. */
    private final int[] ends;

    private final int[] values;
    private final int[] lines;

    /** Open addressing: entry + 1, or 0. */
    private final int[] slots;

    private final boolean wildcards;
    private final int byDefault;

    private NameTable(Builder built) {
        this.size = built.size;
        int end = built.end(size - 1);
        // A copy is garbage of megabytes, for which the event loops wait in the end: not for a few bytes less.
        this.bytes = isRoomy(built.bytes.length, end) ? Arrays.copyOf(built.bytes, end) : built.bytes;
        boolean roomy = isRoomy(built.ends.length, size);
        this.ends = roomy ? Arrays.copyOf(built.ends, size) : built.ends;
        this.values = roomy ? Arrays.copyOf(built.values, size) : built.values;
        this.lines = roomy ? Arrays.copyOf(built.lines, size) : built.lines;
        this.slots = built.slots;
        this.wildcards = built.wildcards;
        this.byDefault = built.find(DEFAULT_BYTES, 0, DEFAULT_BYTES.length);
    }

    /** Returns whether more than a third of an array is not used. */
    private static boolean isRoomy(int length, int used) {
        return length - used > length / 3;
    }

    /** Returns the number of names. */
    public int size() {
        return size;
    }

    /**
     * Returns the entry for an attribute's values: of the first value that has an exact name, or else of the longest suffix
     * of any of them, or else {@link #DEFAULT}.
     *
     * @param texts may be empty
     * @return {@link #NONE} if there is none
     */
    public int find(List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            int entry = exact(plain(texts.get(i)));
            if (entry != NONE) {
                return entry;
            }
        }
        int longest = NONE;
        for (int i = 0; wildcards && i < texts.size(); i++) {
            int entry = bySuffix(plain(texts.get(i)));
            if (entry != NONE && (longest == NONE || length(entry) > length(longest))) {
                longest = entry;
            }
        }
        return longest == NONE ? byDefault : longest;
    }

    /** Returns the value of an entry. */
    public int value(int entry) {
        return values[entry];
    }

    /** Returns the line of an entry; lines count from 1. */
    public int line(int entry) {
        return lines[entry];
    }

    /** Returns the name of an entry. */
    public String name(int entry) {
        int from = start(ends, entry);
        return new String(bytes, from, ends[entry] - from, StandardCharsets.UTF_8);
    }

    /** Returns whether these are the first names of {@code other}, on the same lines, with the same values. */
    public boolean isBeginningOf(NameTable other) {
        int end = size == 0 ? 0 : ends[size - 1];
        return size < other.size()
                && Arrays.equals(ends, 0, size, other.ends, 0, size)
                && Arrays.equals(values, 0, size, other.values, 0, size)
                && Arrays.equals(lines, 0, size, other.lines, 0, size)
                && Arrays.equals(bytes, 0, end, other.bytes, 0, end);
    }

    /** Returns a text whose characters are the bytes of its UTF-8 form. */
    private static String plain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            }
        }
        return text;
    }

    private int exact(String text) {
        if (text.equals(DEFAULT)) {
            return NONE;
        }
        long hash = SEED;
        for (int i = text.length() - 1; i >= 0; i--) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return probe(hash, text, 0, false);
    }

    /** Goes from the last label to the first, so that the last suffix found is the longest. */
    private int bySuffix(String text) {
        int longest = NONE;
        long hash = SEED;
        for (int i = text.length() - 1; i > 0; i--) {
            hash = (hash ^ text.charAt(i)) * PRIME;
            if (text.charAt(i) == '.') {
                int entry = probe((hash ^ '*') * PRIME, text, i, true);
                longest = entry == NONE ? longest : entry;
            }
        }
        return longest;
    }

    /** Returns the entry whose name is the text from a place on, with an asterisk before it if asked for. */
    private int probe(long hash, String text, int from, boolean asterisk) {
        int mask = slots.length - 1;
        for (int slot = slot(hash, mask); slots[slot] != 0; slot = (slot + 1) & mask) {
            int entry = slots[slot] - 1;
            int at = start(ends, entry);
            int skipped = asterisk ? 1 : 0;
            if (ends[entry] - at - skipped == text.length() - from
                    && (!asterisk || bytes[at] == '*')
                    && isSame(text, from, at + skipped)) {
                return entry;
            }
        }
        return NONE;
    }

    private boolean isSame(String text, int from, int at) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) != (bytes[at + i - from] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private int length(int entry) {
        return ends[entry] - start(ends, entry);
    }

    private static int start(int[] ends, int entry) {
        return entry == 0 ? 0 : ends[entry - 1];
    }

    private static int slot(long hash, int mask) {
        long mixed = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 32) & mask;
    }

    /** Collects names. One thread; not to be used after {@link #table}. */
    public static final class Builder {
        /** The bytes of a usual name. */
        private static final int USUAL = 24;

        private byte[] bytes;
        private int[] ends;
        private int[] values;
        private int[] lines;
        private int[] slots;
        private int size;
        private boolean wildcards;

        public Builder() {
            this(1 << 6);
        }

        /** @param expected how many names there may be; others find room too, at the cost of copies */
        public Builder(int expected) {
            int entries = Math.max(1, expected);
            bytes = new byte[entries * USUAL];
            ends = new int[entries];
            values = new int[entries];
            lines = new int[entries];
            slots = new int[Integer.highestOneBit(entries) * 4];
        }

        /**
         * Adds a name, unless it is there.
         *
         * @param source has the name in UTF-8; copied
         * @return the line of the entry that was there, or 0
         */
        public int add(byte[] source, int from, int to, int value, int line) {
            int slot = place(source, from, to);
            if (slots[slot] != 0) {
                return lines[slots[slot] - 1];
            }
            grow(to - from);
            int start = end(size - 1);
            System.arraycopy(source, from, bytes, start, to - from);
            ends[size] = start + to - from;
            values[size] = value;
            lines[size] = line;
            size++;
            slots[slot] = size;
            wildcards |= to - from > 1 && source[from] == '*' && source[from + 1] == '.';
            if (size > slots.length / 2) {
                spread();
            }
            return 0;
        }

        /** Returns the number of names. */
        public int size() {
            return size;
        }

        /** Returns the entry of a name; {@link #NONE} if it is not there. */
        public int find(byte[] source, int from, int to) {
            return slots[place(source, from, to)] - 1;
        }

        /** Returns the value of an entry. */
        public int value(int entry) {
            return values[entry];
        }

        /** Returns the table of these names. */
        public NameTable table() {
            return new NameTable(this);
        }

        private int end(int entry) {
            return entry < 0 ? 0 : ends[entry];
        }

        /** Returns the slot of a name, or the free one where it belongs. */
        private int place(byte[] source, int from, int to) {
            int mask = slots.length - 1;
            int slot = slot(hash(source, from, to), mask);
            while (slots[slot] != 0) {
                int entry = slots[slot] - 1;
                if (Arrays.equals(source, from, to, bytes, start(ends, entry), ends[entry])) {
                    return slot;
                }
                slot = (slot + 1) & mask;
            }
            return slot;
        }

        private static long hash(byte[] source, int from, int to) {
            long hash = SEED;
            for (int i = to - 1; i >= from; i--) {
                hash = (hash ^ (source[i] & 0xff)) * PRIME;
            }
            return hash;
        }

        private void grow(int length) {
            int needed = end(size - 1) + length;
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
            }
            if (size == ends.length) {
                ends = Arrays.copyOf(ends, size * 2);
                values = Arrays.copyOf(values, size * 2);
                lines = Arrays.copyOf(lines, size * 2);
            }
        }

        private void spread() {
            int mask = slots.length * 2 - 1;
            slots = new int[mask + 1];
            for (int entry = 0; entry < size; entry++) {
                int slot = slot(hash(bytes, start(ends, entry), ends[entry]), mask);
                while (slots[slot] != 0) {
                    slot = (slot + 1) & mask;
                }
                slots[slot] = entry + 1;
            }
        }
    }
}
