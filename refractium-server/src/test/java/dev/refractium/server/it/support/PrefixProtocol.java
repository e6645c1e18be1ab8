package dev.refractium.server.it.support;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * A protocol known by its first bytes. With an attribute, the bytes from there to a line feed are its value; an empty
 * value is a proved absence, and one with "!" in it is unreadable.
 */
public final class PrefixProtocol implements Protocol {
    private final String name;
    private final byte[] prefix;
    private final List<String> attributes;

    private final boolean isRepeatable;
    private final int responses;
    private boolean trustsPeer;

    private PrefixProtocol(String name, String prefix, List<String> attributes, boolean isRepeatable, int responses) {
        this.isRepeatable = isRepeatable;
        this.responses = responses;
        this.name = name;
        this.prefix = prefix.getBytes(StandardCharsets.ISO_8859_1);
        this.attributes = attributes;
    }

    /** Matches {@code prefix}, and nothing else is to be known. */
    public static Protocol of(String name, String prefix) {
        return new PrefixProtocol(name, prefix, List.of(), false, 0);
    }

    /** Matches {@code prefix}, and a first datagram may be repeated. */
    public static Protocol repeatable(String name, String prefix) {
        return new PrefixProtocol(name, prefix, List.of(), true, 0);
    }

    /** Matches {@code prefix}, and each datagram has this many answers. */
    public static Protocol answered(String name, String prefix, int responses) {
        return new PrefixProtocol(name, prefix, List.of(), false, responses);
    }

    /** Matches {@code prefix}, and servers trust clients by address. */
    public static Protocol trusting(String name, String prefix) {
        PrefixProtocol protocol = new PrefixProtocol(name, prefix, List.of(), false, 0);
        protocol.trustsPeer = true;
        return protocol;
    }

    /** Matches {@code prefix}, the value of {@code attribute}, and a line feed. */
    public static Protocol withAttribute(String name, String prefix, String attribute) {
        return new PrefixProtocol(name, prefix, List.of(attribute), false, 0);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Transport> transports() {
        return Set.of(Transport.TCP, Transport.UDP);
    }

    @Override
    public List<String> attributes() {
        return attributes;
    }

    @Override
    public boolean isRepeatable() {
        return isRepeatable;
    }

    @Override
    public int responses() {
        return responses;
    }

    @Override
    public boolean trustsPeer() {
        return trustsPeer;
    }

    @Override
    public Identification identify(Peek peek) {
        return switch (peek.startsWith(prefix, 0)) {
            case NO -> Identification.noMatch();
            case SO_FAR -> Identification.needMore(peek.length() + 1);
            case YES -> attributes.isEmpty() ? Identification.match() : attribute(peek);
        };
    }

    private Identification attribute(Peek peek) {
        for (int i = prefix.length; i < peek.length(); i++) {
            if (peek.byteAt(i) == '!') {
                return Identification.unreadable("an exclamation mark");
            }
            if (peek.byteAt(i) == '\n') {
                String value = peek.ascii(prefix.length, i);
                return value.isEmpty() ? Identification.match() : Identification.match(attributes.get(0), value);
            }
        }
        return Identification.recognised(peek.length() + 1);
    }
}
