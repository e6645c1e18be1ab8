package dev.refractium.server.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.identify.Identifier.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentifierTest {
    private final BytePeek peek = new BytePeek(Transport.TCP);
    private final Inquiry inquiry = new Inquiry();

    @Test
    void firstProtocolThatDoesNotRefuseDecides() {
        Identifier identifier = identifier(new Prefix("a", "AB"), new Prefix("b", "AC"), new Prefix("c", "A"));

        assertThat(ask(identifier, "A")).as("a is still open, so c must wait").isEqualTo(Outcome.WAIT);
        assertThat(ask(identifier, "AX")).isEqualTo(Outcome.MATCHED);
        assertThat(name()).isEqualTo("c");
    }

    @Test
    void unmatchedBytesAreDecidedAtOnce() {
        assertThat(ask(identifier(new Prefix("a", "AB")), "X")).isEqualTo(Outcome.NONE);
    }

    @Test
    void needMoreAtTheEndIsNoMatch() {
        Identifier identifier = identifier(new Prefix("a", "ABC"), new Prefix("b", "A"));

        assertThat(ask(identifier, "AB")).isEqualTo(Outcome.WAIT);
        assertThat(askLast(identifier, "AB")).isEqualTo(Outcome.MATCHED);
        assertThat(name()).isEqualTo("b");
    }

    @Test
    void recognisedIsEnoughIfNoRouteAsksForAttributes() {
        Protocol named = new Prefix("a", "A", List.of("name"));

        Identifier without = new Identifier(List.of(new Candidate(named, 0, Set.of())));
        assertThat(ask(without, "Ax")).isEqualTo(Outcome.MATCHED);
        inquiry.reset();
        assertThat(ask(without, "A!")).as("unreadable").isEqualTo(Outcome.MATCHED);
    }

    @Test
    void attributesAreAwaitedIfARouteAsksForThem() {
        Identifier with = new Identifier(List.of(Candidate.wantingAll(new Prefix("a", "A", List.of("name")), 0)));

        assertThat(ask(with, "Ax")).isEqualTo(Outcome.WAIT);
        assertThat(ask(with, "Axy\n")).isEqualTo(Outcome.MATCHED);
        assertThat(inquiry.answer().attributes()).isEqualTo(Map.of("name", List.of("xy")));
    }

    @Test
    void attributesForHooksOnlyAreAwaitedAndDecideNothing() {
        Protocol named = new Prefix("a", "A", List.of("name"));
        Identifier hoping = new Identifier(List.of(new Candidate(named, 0, Set.of(), Set.of("name"))));

        assertThat(ask(hoping, "Ax")).isEqualTo(Outcome.WAIT);
        assertThat(ask(hoping, "Axy\n")).isEqualTo(Outcome.MATCHED);
        assertThat(inquiry.answer().attributes()).isEqualTo(Map.of("name", List.of("xy")));
        inquiry.reset();
        assertThat(askLast(hoping, "Ax")).as("never known").isEqualTo(Outcome.MATCHED);
        inquiry.reset();
        assertThat(ask(hoping, "A!")).as("unreadable").isEqualTo(Outcome.MATCHED);
    }

    @Test
    void peekNamesTheWantedAttributes() {
        new Identifier(List.of(new Candidate(new Prefix("a", "A", List.of("x", "y")), 0, Set.of("x"))))
                .ask(peek.over(new byte[] {'A'}, 1, false), inquiry);

        assertThat(peek.wantsAttributes()).isTrue();
        assertThat(peek.wants("x")).isTrue();
        assertThat(peek.wants("y")).isFalse();
    }

    @Test
    void unreadableAttributesAreIncomplete() {
        Identifier with = new Identifier(List.of(Candidate.wantingAll(new Prefix("a", "A", List.of("name")), 0)));

        assertThat(askLast(with, "Ax")).isEqualTo(Outcome.INCOMPLETE);
        inquiry.reset();
        assertThat(ask(with, "A!")).isEqualTo(Outcome.INCOMPLETE);
    }

    @Test
    void undecidedProtocolWhoseRoutesAskForAttributesDecides() {
        Identifier asking = new Identifier(List.of(
                Candidate.wantingAll(new Prefix("a", "ABC", List.of("name")), 0),
                new Candidate(new Prefix("b", "A"), 1, Set.of())));

        assertThat(ask(asking, "AB")).isEqualTo(Outcome.WAIT);
        assertThat(askLast(asking, "AB")).isEqualTo(Outcome.UNDECIDED);
        assertThat(inquiry.candidateName()).isEqualTo("a");
        assertThat(inquiry.protocol()).as("nothing is recognised").isEmpty();
        inquiry.reset();
        assertThat(askLast(asking, "AX")).as("it said no").isEqualTo(Outcome.MATCHED);
    }

    @Test
    void undecidedProtocolWithAttributesForHooksOnlyIsRuledOutAtTheEnd() {
        Protocol named = new Prefix("a", "ABC", List.of("name"));
        Identifier hoping = new Identifier(List.of(
                new Candidate(named, 0, Set.of(), Set.of("name")), new Candidate(new Prefix("b", "A"), 1, Set.of())));

        assertThat(askLast(hoping, "AB")).isEqualTo(Outcome.MATCHED);
        assertThat(name()).isEqualTo("b");
    }

    @Test
    void noProtocolIsNamedOnceAllHaveRefused() {
        Identifier identifier = identifier(new Prefix("a", "ABC"));

        ask(identifier, "AB");
        assertThat(askLast(identifier, "AB")).isEqualTo(Outcome.NONE);

        assertThat(inquiry.candidate()).isNull();
        assertThat(inquiry.protocol()).isEmpty();
    }

    @Test
    void incompleteSessionHasItsReason() {
        Identifier with = new Identifier(List.of(Candidate.wantingAll(new Prefix("a", "A", List.of("name")), 0)));

        ask(with, "A!");
        assertThat(inquiry.whyIncomplete()).isEqualTo("a bang");
        inquiry.reset();
        inquiry.waitEndedBy("peek_buffer_size");
        askLast(with, "Ax");
        assertThat(inquiry.whyIncomplete()).isEqualTo("cut short by peek_buffer_size");
        inquiry.reset();
        askLast(with, "Ax");
        assertThat(inquiry.whyIncomplete()).isEqualTo("cut short by the end of the bytes");
    }

    @Test
    void protocolIsNotAskedBeforeTheBytesItNeedsHaveArrived() {
        Counting counting = new Counting();
        Identifier identifier = identifier(counting);

        ask(identifier, "A");
        ask(identifier, "AB");
        ask(identifier, "ABC");
        assertThat(counting.asked).isEqualTo(1);
        ask(identifier, "ABCD");
        assertThat(counting.asked).isEqualTo(2);
    }

    @Test
    void protocolThatRefusedIsNotAskedAgain() {
        Counting later = new Counting();
        Identifier identifier = identifier(new Prefix("no", "AX"), later);

        ask(identifier, "AB");
        ask(identifier, "ABCD");

        assertThat(later.asked).isEqualTo(2);
        assertThat(later.lastNote).as("its own note, given back").isEqualTo(77);
    }

    @Test
    void indexSkipsProtocolsThatCannotStartWithTheseBytes() {
        Counting never = new Counting() {
            @Override
            public boolean canStartWith(int firstByte) {
                return firstByte == 'Z';
            }
        };

        assertThat(ask(identifier(never), "ABCD")).isEqualTo(Outcome.NONE);
        assertThat(never.asked).isZero();
    }

    @Test
    void noByteMatchesNoProtocol() {
        assertThat(ask(identifier(new Prefix("a", "A")), "")).isEqualTo(Outcome.WAIT);
        assertThat(askLast(identifier(new Prefix("a", "A")), "")).isEqualTo(Outcome.NONE);
    }

    @Test
    void peekIsUnusableAfterTheCall() {
        peek.over(new byte[] {1, 2, 3, 4}, 4, false);
        assertThat(peek.uint16(1)).isEqualTo(0x0203);
        assertThat(peek.uint24(1)).isEqualTo(0x020304);
        assertThatThrownBy(() -> peek.uint24(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> peek.int64(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> peek.uint16(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(peek.ascii(0, 1)).isEqualTo("\u0001");
        assertThat(peek.startsWith(new byte[] {9}, 4)).isEqualTo(Peek.Fit.SO_FAR);
        assertThat(peek.startsWith(new byte[] {9}, 40)).isEqualTo(Peek.Fit.SO_FAR);

        peek.clear();

        assertThatThrownBy(peek::length).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> peek.byteAt(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static class Counting implements Protocol {
        int asked;
        long lastNote;

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public Identification identify(Peek peek) {
            asked++;
            lastNote = peek.note();
            return peek.length() < 4 ? Identification.needMore(4, 77) : Identification.match();
        }
    }

    private static Identifier identifier(Protocol... protocols) {
        List<Candidate> candidates = new ArrayList<>();
        for (Protocol protocol : protocols) {
            candidates.add(new Candidate(protocol, candidates.size(), Set.of()));
        }
        return new Identifier(candidates);
    }

    private Outcome ask(Identifier identifier, String bytes) {
        return ask(identifier, bytes, false);
    }

    private Outcome askLast(Identifier identifier, String bytes) {
        return ask(identifier, bytes, true);
    }

    private Outcome ask(Identifier identifier, String text, boolean last) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return identifier.ask(peek.over(bytes, bytes.length, last), inquiry);
    }

    private String name() {
        return Objects.requireNonNull(inquiry.candidate()).protocol().name();
    }
}
