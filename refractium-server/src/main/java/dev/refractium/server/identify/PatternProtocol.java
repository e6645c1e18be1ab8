package dev.refractium.server.identify;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.List;
import java.util.Set;

/** A protocol known by magic bytes alone, as a configuration names them. */
public final class PatternProtocol implements Protocol {
    private final String name;
    private final List<Pattern> patterns;
    private final Set<Transport> transports;

    /** @param patterns of which one must fit; not empty */
    public PatternProtocol(String name, List<Pattern> patterns, Set<Transport> transports) {
        this.name = name;
        this.patterns = List.copyOf(patterns);
        this.transports = Set.copyOf(transports);
    }

    /** Bytes at a place; a bit that {@code mask} leaves out may be anything. Takes over its arrays. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and read on the data path
    public record Pattern(int offset, byte[] bytes, byte[] mask) {
        int end() {
            return offset + bytes.length;
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
        return patterns.stream().anyMatch(p -> p.offset > 0 || ((p.bytes[0] ^ firstByte) & p.mask[0] & 0xff) == 0);
    }

    @Override
    public Identification identify(Peek peek) {
        int wanted = Integer.MAX_VALUE;
        for (int i = 0; i < patterns.size(); i++) {
            Pattern pattern = patterns.get(i);
            Peek.Fit fit = pattern.fit(peek);
            if (fit == Peek.Fit.YES) {
                return Identification.match();
            }
            if (fit == Peek.Fit.SO_FAR) {
                // The next byte may rule it out: who waited for all of them would hold unmatched traffic back.
                wanted = Math.min(wanted, Math.max(peek.length(), pattern.offset) + 1);
            }
        }
        return wanted == Integer.MAX_VALUE ? Identification.noMatch() : Identification.needMore(wanted);
    }
}
