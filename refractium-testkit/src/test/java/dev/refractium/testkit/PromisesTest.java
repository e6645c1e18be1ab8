package dev.refractium.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Beside what {@link ProtocolContractTest} shows: both ask for the same. */
class PromisesTest {
    private static final byte[] BYTES = {'X', 'Y', 'Z'};

    @Test
    void keptPromisesGiveTheAnswer() {
        Promises promises = promises(peek -> Identification.match());

        assertThat(promises.answer(Transport.TCP, BYTES)).isSameAs(Identification.match());
        assertThat(promises.answer(Transport.UDP, BYTES)).isSameAs(Identification.match());
    }

    @Test
    void anEmptyStreamIsNotAskedAbout() {
        Promises promises = promises(peek -> Identification.match("first", "" + peek.byteAt(0)));

        Identification answer = promises.answer(Transport.TCP, new byte[0]);

        assertThat(answer).isSameAs(Identification.needMore(1));
    }

    @Test
    void anAnswerThatDependsOnTheCutIsFound() {
        Promises promises = promises(peek -> peek.length() < 2 ? Identification.match() : Identification.noMatch());

        assertThatThrownBy(() -> promises.answer(Transport.TCP, BYTES))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("MATCH{} became NO_MATCH")
                .hasMessageEndingWith(": XYZ");
    }

    @Test
    void anAttributeThatIsNotDeclaredIsFound() {
        Promises promises = promises(peek -> Identification.match("attr", "x"));

        assertThatThrownBy(() -> promises.answer(Transport.UDP, BYTES)).hasMessageContaining("not declared");
    }

    @Test
    void aFirstByteThatIsRuledOutAndRecognisedIsFound() {
        Promises promises = promises(peek -> Identification.match());

        assertThatThrownBy(() -> promises.answer(Transport.UDP, new byte[] {0}))
                .hasMessageContaining("canStartWith says no");
    }

    @Test
    void readingADatagramManyTimesIsFound() {
        Promises promises = promises(peek -> {
            for (int i = 0; i < 100; i++) {
                peek.ascii(0, peek.length());
            }
            return Identification.match();
        });

        assertThatThrownBy(() -> promises.answer(Transport.UDP, BYTES)).hasMessageContaining("too much work");
    }

    /** Of a protocol whose sessions begin with X. */
    private static Promises promises(Function<Peek, Identification> identify) {
        return new Promises(new Protocol() {
            @Override
            public String name() {
                return "x";
            }

            @Override
            public boolean canStartWith(int firstByte) {
                return firstByte == 'X';
            }

            @Override
            public Identification identify(Peek peek) {
                return identify.apply(peek);
            }
        });
    }
}
