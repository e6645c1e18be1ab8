package dev.refractium.server.it.corpus;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.identify.Identifier.Outcome;
import dev.refractium.server.identify.Inquiry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Asks about whole flows as a listener does: after each segment, and once more when nothing will follow. One thread. */
final class Detector {
    /** As peek_buffer_size is by default: when so much is there, nothing more is waited for. */
    private static final int PEEK = 16384;

    private final Map<Transport, Identifier> identifiers = new EnumMap<>(Transport.class);
    private final Inquiry inquiry = new Inquiry();

    private Detector(List<Protocol> protocols) {
        for (Transport transport : Transport.values()) {
            List<Candidate> candidates = new ArrayList<>();
            protocols.stream()
                    .filter(protocol -> protocol.transports().contains(transport))
                    .forEach(protocol -> candidates.add(Candidate.wantingAll(protocol, candidates.size())));
            identifiers.put(transport, new Identifier(candidates));
        }
    }

    /**
     * What a flow was taken for.
     *
     * @param protocol its name; empty where there is none
     */
    record Finding(Outcome outcome, String protocol, Map<String, List<String>> attributes, String reason) {}

    /** Asks by the index. */
    static Detector indexed(List<Protocol> protocols) {
        return new Detector(protocols);
    }

    /** Asks every protocol in turn, whatever the first byte. */
    static Detector inLine(List<Protocol> protocols) {
        UnaryOperator<Protocol> unindexed = Unindexed::new;
        return new Detector(protocols.stream().map(unindexed).toList());
    }

    /** The bytes arrive in segments that end at {@code ends}; of a datagram, {@code ends} has one. */
    Finding ask(Transport transport, byte[] bytes, List<Integer> ends) {
        BytePeek peek = new BytePeek(transport);
        Identifier identifier = Objects.requireNonNull(identifiers.get(transport));
        inquiry.reset();
        Outcome outcome = Outcome.WAIT;
        for (int i = 0; i < ends.size() && outcome == Outcome.WAIT; i++) {
            int length = Math.min(PEEK, ends.get(i));
            boolean last = transport == Transport.UDP || length == PEEK;
            outcome = identifier.ask(peek.over(bytes, length, last), inquiry);
        }
        if (outcome == Outcome.WAIT) {
            outcome = identifier.ask(peek.over(bytes, bytes.length, true), inquiry);
        }
        return finding(outcome);
    }

    /** All of it at once. */
    Finding askAtOnce(Transport transport, byte[] bytes) {
        return ask(transport, bytes, List.of(bytes.length));
    }

    /** One byte after the other. */
    Finding askByteByByte(byte[] bytes) {
        return ask(
                Transport.TCP,
                bytes,
                IntStream.rangeClosed(1, bytes.length).boxed().toList());
    }

    private Finding finding(Outcome outcome) {
        Candidate found = inquiry.candidate();
        if (outcome == Outcome.NONE || outcome == Outcome.UNDECIDED || found == null) {
            return new Finding(Outcome.NONE, "", Map.of(), "");
        }
        Identification answer = inquiry.answer();
        return new Finding(outcome, found.protocol().name(), answer.attributes(), answer.reason());
    }

    /** A protocol that claims to start with any byte. */
    private record Unindexed(Protocol protocol) implements Protocol {
        @Override
        public String name() {
            return protocol.name();
        }

        @Override
        public Set<Transport> transports() {
            return protocol.transports();
        }

        @Override
        public List<String> attributes() {
            return protocol.attributes();
        }

        @Override
        public Identification identify(Peek peek) {
            return protocol.identify(peek);
        }
    }
}
