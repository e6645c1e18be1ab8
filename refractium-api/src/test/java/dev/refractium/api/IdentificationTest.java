package dev.refractium.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Identification.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentificationTest {
    @Test
    void answersWithoutAttributesAreShared() {
        assertThat(Identification.noMatch()).isSameAs(Identification.noMatch());
        assertThat(Identification.match()).isSameAs(Identification.match(Map.of()));
        assertThat(Identification.needMore(1024)).isSameAs(Identification.needMore(1024));
        assertThat(Identification.recognised(6)).isSameAs(Identification.recognised(6, 0));
    }

    @Test
    void largeDemandsAreKeptThoughNotShared() {
        assertThat(Identification.needMore(16_384).atLeast()).isEqualTo(16_384);
        assertThat(Identification.recognised(-1).atLeast()).isZero();
    }

    @Test
    void aNoteGoesWithTheAnswer() {
        Identification answer = Identification.needMore(7, 42);

        assertThat(answer.verdict()).isEqualTo(Verdict.NEED_MORE);
        assertThat(answer.note()).isEqualTo(42);
        assertThat(Identification.recognised(9, 5).note()).isEqualTo(5);
    }

    @Test
    void attributesAreCopied() {
        List<String> values = new ArrayList<>(List.of("h2"));
        Map<String, List<String>> attributes = new HashMap<>(Map.of("alpn", values));

        Identification answer = Identification.match(attributes);
        values.add("http/1.1");
        attributes.clear();

        assertThat(answer.attributes()).isEqualTo(Map.of("alpn", List.of("h2")));
        assertThatThrownBy(() -> answer.attributes().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void oneAttributeOfOneValueNeedsNoMap() {
        Identification one = Identification.match("sni", "a.test");

        assertThat(one.attributes()).isEqualTo(Map.of("sni", List.of("a.test")));
        assertThat(one.values("sni")).containsExactly("a.test");
        assertThat(one.values("alpn")).isEmpty();
        assertThat(one.reason()).isEmpty();
        assertThatThrownBy(() -> Identification.match("", "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valuesAreFoundByTheirAttribute() {
        Identification both = Identification.match(Map.of("sni", List.of("a.test"), "alpn", List.of("h2", "h3")));

        assertThat(both.values("alpn")).containsExactly("h2", "h3");
        assertThat(both.values("ech")).isEmpty();
        assertThat(Identification.match().values("sni")).isEmpty();
        assertThat(Identification.unreadable("why").values("sni")).isEmpty();
    }

    @Test
    void answersSayWhatTheyAre() {
        assertThat(Identification.noMatch()).hasToString("NO_MATCH");
        assertThat(Identification.needMore(8)).hasToString("NEED_MORE(8)");
        assertThat(Identification.match("sni", "a.test")).hasToString("MATCH{sni=[a.test]}");
        assertThat(Identification.unreadable("two names")).hasToString("UNREADABLE(two names)");
        assertThat(Identification.unreadable("two names").reason()).isEqualTo("two names");
    }

    @Test
    void aProtocolThatSaysLittleSpeaksTcpAndHasNoAttributes() {
        Protocol protocol = new Protocol() {
            @Override
            public String name() {
                return "least";
            }

            @Override
            public Identification identify(Peek peek) {
                return Identification.noMatch();
            }
        };

        assertThat(protocol.transports()).containsExactly(Transport.TCP);
        assertThat(protocol.aliases()).isEmpty();
        assertThat(protocol.attributes()).isEmpty();
        assertThat(protocol.serverSpeaksFirst()).isFalse();
        assertThat(protocol.isRepeatable()).isFalse();
        assertThat(protocol.responses()).isZero();
        assertThat(protocol.trustsPeer()).isFalse();
        assertThat(protocol.canStartWith(0)).isTrue();
        assertThat(ApiVersion.current()).matches("\\d+\\.\\d+\\.\\d+");
    }
}
