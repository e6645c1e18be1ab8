package dev.refractium.server.identify;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A protocol known by magic bytes alone, as a configuration names them. */
public final class PatternProtocol implements Protocol {
    private final String name;
    private final List<Placed> placed;
    private final @Nullable Needles needles;
    private final Set<Transport> transports;

    /** @param patterns of which one must fit; not empty */
    public PatternProtocol(String name, List<? extends Pattern> patterns, Set<Transport> transports) {
        this.name = name;
        this.placed = only(Placed.class, patterns);
        List<Needle> floating = only(Needle.class, patterns);
        this.needles = floating.isEmpty() ? null : new Needles(floating);
        this.transports = Set.copyOf(transports);
    }

    /** What one pattern is compiled from. */
    public sealed interface Pattern permits Placed, Needle {}

    /** Bytes anywhere; all of them within so many first bytes of the session. Takes over its array. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Needle(byte[] bytes, int within) implements Pattern {}

    /** Bytes at a place; a bit that {@code mask} leaves out may be anything. Takes over its arrays. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and read on the data path
    public record Placed(int offset, byte[] bytes, byte[] mask) implements Pattern {
        int end() {
            return offset + bytes.length;
        }

        /** Whether the byte at {@code index} of the session may be {@code value}. */
        private boolean fits(int index, int value) {
            int i = index - offset;
            return i < 0 || i >= bytes.length || ((bytes[i] ^ value) & mask[i] & 0xff) == 0;
        }

        private Peek.Fit fit(Peek peek) {
            int there = Math.min(bytes.length, peek.length() - offset);
            for (int i = 0; i < there; i++) {
                if (((peek.byteAt(offset + i) ^ bytes[i]) & mask[i] & 0xff) != 0) {
                    return Peek.Fit.NO;
                }
            }
            return there == bytes.length ? Peek.Fit.YES : Peek.Fit.SO_FAR;
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
        return needles != null || placed.stream().anyMatch(p -> p.fits(0, firstByte));
    }

    /** Whether a session can begin with these two bytes, as {@link #canStartWith(int)} says of one. */
    boolean canStartWith(int first, int second) {
        for (Placed pattern : placed) {
            if (pattern.fits(0, first) && pattern.fits(1, second)) {
                return true;
            }
        }
        return needles != null;
    }

    @Override
    public Identification identify(Peek peek) {
        int wanted = Integer.MAX_VALUE;
        for (int i = 0; i < placed.size(); i++) {
            Placed pattern = placed.get(i);
            Peek.Fit fit = pattern.fit(peek);
            if (fit == Peek.Fit.YES) {
                return Identification.match();
            }
            if (fit == Peek.Fit.SO_FAR) {
                // The next byte may rule it out: who waited for all of them would hold unmatched traffic back.
                wanted = Math.min(wanted, Math.max(peek.length(), pattern.offset) + 1);
            }
        }
        return needles == null ? open(wanted, 0) : find(needles, peek, wanted);
    }

    private static Identification find(Needles needles, Peek peek, int wantedByOthers) {
        long note = needles.read(peek, peek.note());
        if (needles.isFound(note)) {
            return Identification.match();
        }
        int wanted = needles.isOpen(note) ? needles.atLeast(note) : Integer.MAX_VALUE;
        return open(Math.min(wanted, wantedByOthers), note);
    }

    private static Identification open(int wanted, long note) {
        return wanted == Integer.MAX_VALUE ? Identification.noMatch() : Identification.needMore(wanted, note);
    }

    private static <P extends Pattern> List<P> only(Class<P> type, List<? extends Pattern> patterns) {
        return patterns.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
