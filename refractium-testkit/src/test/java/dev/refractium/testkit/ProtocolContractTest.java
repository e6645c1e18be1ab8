package dev.refractium.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Peek.Fit;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/** Each fault that the contract is there to find, in a protocol of its own: "MAGIC" and a line. */
class ProtocolContractTest {
    private static final byte[] MAGIC = "MAGIC".getBytes(StandardCharsets.US_ASCII);
    private static final Sample LINE = Sample.match("a line", "MAGIC" + " and words".repeat(40) + "\n");
    private static final Sample OTHER =
            Sample.noMatch("another word", "MAGNET\n").by(4);

    @Test
    void aGoodProtocolPasses() {
        assertThatCode(() -> prove(new Magic(ProtocolContractTest::good), LINE, OTHER))
                .doesNotThrowAnyException();
    }

    @Test
    void refusingAPrefixIsFound() {
        assertFault("became", peek -> peek.length() < MAGIC.length ? Identification.noMatch() : good(peek));
    }

    @Test
    void changingAnAnswerIsFound() {
        assertFault("became", peek -> peek.length() == 9 ? Identification.unreadable("nine bytes") : good(peek));
    }

    @Test
    void askingForTooMuchIsFound() {
        assertFault(
                "asked for too much", peek -> peek.length() < MAGIC.length ? Identification.needMore(20) : good(peek));
    }

    @Test
    void aNoteThatChangesTheAnswerIsFound() {
        assertFault("with a note", peek -> peek.note() > 3 ? Identification.match() : good(peek));
    }

    @Test
    void readingAgainAndAgainIsFound() {
        assertFault("too much work", peek -> fromTheStart(peek));
    }

    @Test
    void anAttributeThatWasNotDeclaredIsFound() {
        assertFault(
                "attr",
                peek -> good(peek) == Identification.match() ? Identification.match("attr", "x") : good(peek),
                LINE.with("attr", "x"));
    }

    @Test
    void aLateRefusalIsFound() {
        assertFault(
                "after 4 bytes", peek -> peek.length() > 4 ? good(peek) : Identification.needMore(peek.length() + 1));
    }

    @Test
    void aThrowIsFound() {
        assertFault("out of bounds", peek -> peek.byteAt(1) == 'A' ? good(peek) : Identification.noMatch());
    }

    @Test
    void aFailureNamesItsSample() {
        assertFault("sample \"another word\": ", peek -> Identification.needMore(peek.length() + 1), OTHER);
        assertFault("sample \"another word\" made it throw", peek -> Identification.match("", "x"), OTHER);
    }

    @Test
    void anEmptyDatagramIsAskedOfProtocolsOverUdpAlone() {
        Function<Peek, Identification> careless = peek -> peek.byteAt(0) == 'M' ? good(peek) : Identification.noMatch();

        assertThatCode(() -> prove(new Magic(careless), LINE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> prove(
                        new Magic(careless) {
                            @Override
                            public Set<Transport> transports() {
                                return Set.of(Transport.TCP, Transport.UDP);
                            }
                        },
                        LINE))
                .hasMessageContaining("out of bounds");
    }

    @Test
    void aValueThatIsNotInItsNormalFormIsFound() {
        Protocol lower =
                new Magic(peek ->
                        good(peek) == Identification.match() ? Identification.match("word", "Anna") : good(peek)) {
                    @Override
                    public List<String> attributes() {
                        return List.of("word");
                    }

                    @Override
                    public String normalForm(String attribute, String value) {
                        return value.toLowerCase(Locale.ROOT);
                    }
                };

        assertThatThrownBy(() -> prove(lower, LINE.with("word", "Anna")))
                .hasMessageContaining("the normal form of word");
    }

    @Test
    void aFirstByteThatIsBothRuledOutAndFineIsFound() {
        Protocol contradicting = new Magic(ProtocolContractTest::good) {
            @Override
            public boolean canStartWith(int firstByte) {
                return firstByte == 'X';
            }
        };

        assertThatThrownBy(() -> prove(contradicting, LINE)).hasMessageContaining("canStartWith(0x4d)");
    }

    private static void assertFault(String message, Function<Peek, Identification> identify, Sample... samples) {
        Sample[] proof = samples.length == 0 ? new Sample[] {LINE, OTHER} : samples;

        assertThatThrownBy(() -> prove(new Magic(identify), proof)).hasMessageContaining(message);
    }

    private static Identification good(Peek peek) {
        int from = (int) peek.note();
        if (from == 0) {
            Fit fit = peek.startsWith(MAGIC, 0);
            if (fit != Fit.YES) {
                return fit == Fit.NO ? Identification.noMatch() : Identification.needMore(peek.length() + 1);
            }
        }
        return line(peek, Math.max(from, MAGIC.length));
    }

    private static Identification fromTheStart(Peek peek) {
        Fit fit = peek.startsWith(MAGIC, 0);
        if (fit != Fit.YES) {
            return fit == Fit.NO ? Identification.noMatch() : Identification.needMore(peek.length() + 1);
        }
        Identification answer = line(peek, MAGIC.length);
        return Asking.isDecided(answer) ? answer : Identification.recognised(answer.atLeast());
    }

    private static Identification line(Peek peek, int from) {
        for (int at = from; at < peek.length(); at++) {
            if (peek.byteAt(at) == '\n') {
                return Identification.match();
            }
        }
        return Identification.recognised(peek.length() + 1, peek.length());
    }

    private static void prove(Protocol protocol, Sample... samples) throws Throwable {
        ProtocolContract contract = new ProtocolContract() {
            @Override
            protected Protocol protocol() {
                return protocol;
            }

            @Override
            protected List<Sample> samples() {
                return List.of(samples);
            }
        };
        contract.namesAreCanonical();
        contract.aFirstByteThatIsRuledOutIsRefused();
        List<DynamicTest> proofs = Stream.of(
                        contract.anEmptyDatagramDoesNoHarm(),
                        contract.samplesGetTheirAnswer(),
                        contract.valuesOfAttributesAreInTheirNormalForm(),
                        contract.firstBytesOfSamplesAreNotRuledOut(),
                        contract.answersOnlyMoveForward(),
                        contract.refusalsFallWhenTheBytesRuleTheProtocolOut(),
                        contract.cutsDoNotMatter(),
                        contract.whatFollowsADecisionDoesNotMatter(),
                        contract.spoiledCopiesDoNoHarm())
                .flatMap(proof -> proof)
                .toList();
        for (DynamicTest proof : proofs) {
            proof.getExecutable().execute();
        }
    }

    private static class Magic implements Protocol {
        private final Function<Peek, Identification> identify;

        Magic(Function<Peek, Identification> identify) {
            this.identify = identify;
        }

        @Override
        public String name() {
            return "magic";
        }

        @Override
        public Identification identify(Peek peek) {
            return identify.apply(peek);
        }
    }
}
