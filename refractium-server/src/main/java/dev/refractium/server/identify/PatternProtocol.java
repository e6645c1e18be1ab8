package dev.refractium.server.identify;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A protocol of magic bytes alone, as a configuration names them. */
public final class PatternProtocol implements Protocol {
    /**
     * Bits of a note for each of its three numbers: a peek has fewer bytes, and a file has fewer patterns and states of
     * needles.
     */
    private static final int BITS = 21;

    /** Up to this many bytes are read again, since an answer without a note needs no object of its own. */
    private static final int READ_AGAIN = 16;

    private static final int MASK = (1 << BITS) - 1;

    private final String name;
    private final PlacedPatterns placed;
    private final @Nullable SubstringSearch needles;
    private final Set<Transport> transports;

    /** @param patterns alternatives; not empty */
    public PatternProtocol(String name, List<? extends Pattern> patterns, Set<Transport> transports) {
        this.name = name;
        this.placed = new PlacedPatterns(only(Placed.class, patterns));
        List<Needle> floating = only(Needle.class, patterns);
        this.needles = floating.isEmpty() ? null : new SubstringSearch(floating);
        this.transports = Set.copyOf(transports);
    }

    /** The source of one compiled pattern. */
    public sealed interface Pattern permits Placed, Needle {}

    /** Bytes at any position, all of them within the first {@code within} bytes of the session. Takes over its array. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Needle(byte[] bytes, int within) implements Pattern {}

    /** Bytes at a fixed position; bits outside {@code mask} may be anything. Takes over its arrays. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and read on the data path.
    public record Placed(int offset, byte[] bytes, byte[] mask) implements Pattern {
        int end() {
            return offset + bytes.length;
        }

        /** Returns whether the byte at {@code index} of the session may be {@code value}. */
        boolean fits(int index, int value) {
            int i = index - offset;
            return i < 0 || i >= bytes.length || ((bytes[i] ^ value) & mask[i] & 0xff) == 0;
        }

        /**
         * Returns whether none of the available bytes rules the pattern out; the first {@code known} are known not to.
         */
        boolean fits(Peek peek, int known) {
            int there = Math.min(bytes.length, peek.length() - offset);
            for (int i = Math.max(0, known - offset); i < there; i++) {
                if (((peek.byteAt(offset + i) ^ bytes[i]) & mask[i] & 0xff) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Transport> transports() {
        return transports;
    }

    @Override
    public boolean canStartWith(int firstByte) {
        return needles != null || placed.canStartWith(firstByte);
    }

    /** Returns whether a session can begin with these two bytes; see {@link #canStartWith(int)}. */
    boolean canStartWith(int first, int second) {
        return needles != null || placed.canStartWith(first, second);
    }

    /**
     * Returns the answer with its note: how many bytes were read, the candidate of the placed patterns, and the
     * needles' state.
     */
    @Override
    public Identification identify(Peek peek) {
        long note = peek.note();
        int read = (int) note & MASK;
        int candidate = placed.read(peek, read, (int) (note >>> BITS) & MASK);
        if (candidate == PlacedPatterns.FOUND) {
            return Identification.match();
        }
        int wanted = placed.isOpen(candidate) ? placed.atLeast(peek, candidate) : Integer.MAX_VALUE;
        int state = (int) (note >>> (2 * BITS));
        if (needles != null) {
            state = needles.read(peek, read, state);
            if (state == SubstringSearch.FOUND) {
                return Identification.match();
            }
            wanted = Math.min(wanted, needles.atLeast(state, peek.length()));
        }
        if (wanted == Integer.MAX_VALUE) {
            return Identification.noMatch();
        }
        return needles == null && peek.length() <= READ_AGAIN
                ? Identification.needMore(wanted)
                : Identification.needMore(
                        wanted, (long) state << (2 * BITS) | (long) candidate << BITS | peek.length());
    }

    private static <P extends Pattern> List<P> only(Class<P> type, List<? extends Pattern> patterns) {
        return patterns.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
