package dev.refractium.server.identify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IndexTest {
    private static final int PROTOCOLS = 300;
    private static final int ROUNDS = 20_000;

    private final Random random = new Random(5);
    private final BytePeek peek = new BytePeek(Transport.TCP);

    /** Few values, so that patterns overlap and sessions hit them. */
    @Test
    void magicBytesGetTheSameAnswerWithAndWithoutTheIndex() {
        List<PatternProtocol> patterns = new ArrayList<>();
        for (int i = 0; i < PROTOCOLS; i++) {
            patterns.add(pattern("p" + i));
        }
        Identifier indexed = identifier(patterns, pattern -> pattern);
        Identifier inLine = identifier(patterns, InLine::new);
        int named = 0;

        for (int round = 0; round < ROUNDS; round++) {
            byte[] session = bytes(6, 8);
            int cut = 1 + random.nextInt(session.length);

            String name = ask(indexed, session, cut);
            assertThat(name).isEqualTo(ask(inLine, session, cut));
            named += name == null ? 0 : 1;
        }

        assertThat(named).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
    }

    @Test
    void secondByteNarrowsTheCandidates() {
        PatternProtocol fe01 = fixed("fe01", 0, 0xfe, 1);
        PatternProtocol fe02 = fixed("fe02", 0, 0xfe, 2);
        PatternProtocol later = fixed("later", 1, 1);
        Index index = new Index(List.of(candidate(fe01, 0), candidate(fe02, 1), candidate(later, 2)));

        assertThat(index.after(0xfe, Index.NONE))
                .extracting(Candidate::protocol)
                .containsExactly(fe01, fe02, later);
        assertThat(index.after(0xfe, 1)).extracting(Candidate::protocol).containsExactly(fe01, later);
        assertThat(index.after(0xfe, 3)).isEmpty();
        assertThat(index.after(0, 1)).extracting(Candidate::protocol).containsExactly(later);
    }

    private @Nullable String ask(Identifier identifier, byte[] session, int cut) {
        Inquiry inquiry = new Inquiry();
        Identifier.Outcome outcome = identifier.ask(peek.over(session, cut, false), inquiry);
        if (outcome == Identifier.Outcome.WAIT) {
            outcome = identifier.ask(peek.over(session, session.length, true), inquiry);
        }
        Candidate candidate = inquiry.candidate();
        return outcome == Identifier.Outcome.NONE || candidate == null
                ? null
                : candidate.protocol().name();
    }

    private static Identifier identifier(List<PatternProtocol> patterns, Function<PatternProtocol, Protocol> as) {
        List<Candidate> candidates = new ArrayList<>();
        patterns.forEach(pattern -> candidates.add(candidate(as.apply(pattern), candidates.size())));
        return new Identifier(candidates);
    }

    private static Candidate candidate(Protocol protocol, int index) {
        return new Candidate(protocol, index, Set.of());
    }

    private PatternProtocol pattern(String name) {
        byte[] bytes = bytes(2, 5);
        byte[] mask = new byte[bytes.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (random.nextInt(8) == 0 ? 2 : 0xff);
        }
        return new PatternProtocol(
                name,
                List.of(new PatternProtocol.Placed(random.nextInt(8) == 0 ? 1 : 0, bytes, mask)),
                Set.of(Transport.TCP));
    }

    private static PatternProtocol fixed(String name, int offset, int... values) {
        byte[] bytes = new byte[values.length];
        byte[] mask = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
            mask[i] = (byte) 0xff;
        }
        return new PatternProtocol(
                name, List.of(new PatternProtocol.Placed(offset, bytes, mask)), Set.of(Transport.TCP));
    }

    /** Of sixteen values. */
    private byte[] bytes(int least, int most) {
        byte[] bytes = new byte[random.nextInt(least, most + 1)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (240 + random.nextInt(16));
        }
        return bytes;
    }

    /** A pattern that the index knows nothing of. */
    private record InLine(PatternProtocol pattern) implements Protocol {
        @Override
        public String name() {
            return pattern.name();
        }

        @Override
        public Identification identify(Peek peek) {
            return pattern.identify(peek);
        }
    }
}
