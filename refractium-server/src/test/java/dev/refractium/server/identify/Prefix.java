package dev.refractium.server.identify;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A protocol for tests: a prefix, then, if it has an attribute, one line that is its value. */
public record Prefix(String name, String prefix, List<String> attributes) implements Protocol {
    public Prefix(String name, String prefix) {
        this(name, prefix, List.of());
    }

    @Override
    public Identification identify(Peek peek) {
        byte[] wanted = prefix.getBytes(StandardCharsets.ISO_8859_1);
        return switch (peek.startsWith(wanted, 0)) {
            case NO -> Identification.noMatch();
            case SO_FAR -> Identification.needMore(wanted.length);
            case YES -> attributes.isEmpty() ? Identification.match() : value(peek, wanted.length);
        };
    }

    private Identification value(Peek peek, int from) {
        int start = (int) Math.max(from, peek.note());
        for (int i = start; i < peek.length(); i++) {
            if (peek.byteAt(i) == '!') {
                return Identification.unreadable("a bang");
            }
            if (peek.byteAt(i) == '\n') {
                return i == from
                        ? Identification.match()
                        : Identification.match(attributes.get(0), peek.ascii(from, i));
            }
        }
        return Identification.recognised(peek.length() + 1, peek.length());
    }
}
