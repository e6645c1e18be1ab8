package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardTest {
    @Test
    void nameAndBackendAreEnough() {
        Forward forward = Forward.parse("http=localhost:80");

        assertThat(forward.target()).isEqualTo(new Forward.Target("http", Map.of()));
        assertThat(forward.backend()).hasToString("localhost:80");
    }

    @Test
    void nameIsNormalised() {
        assertThat(Forward.parse("My-App=[::1]:80").target().name()).isEqualTo("my_app");
    }

    @Test
    void attributesSelectOneRoute() {
        Forward forward = Forward.parse("https[sni=a.test,alpn=h2,sni=b.test]=[::1]:8443");

        assertThat(forward.target().match())
                .isEqualTo(Map.of("sni", List.of("a.test", "b.test"), "alpn", List.of("h2")));
        assertThat(forward.backend()).hasToString("[::1]:8443");
        assertThat(forward.target()).hasToString("https[alpn=h2,sni=a.test,sni=b.test]");
    }

    @Test
    void emptyValueMatchesProvedAbsence() {
        assertThat(Forward.parse("https[sni=]=a:1").target().match()).isEqualTo(Map.of("sni", List.of("")));
    }

    @Test
    void valueMayHaveBrackets() {
        assertThat(Forward.parse("http[host=[::1]]=[::1]:80").target().match())
                .isEqualTo(Map.of("host", List.of("[::1]")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http", "http:80", "https[sni=a.test", "https[sni=a.test]a:1"})
    void malformedRouteIsRefusedWithTheSyntax(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Forward.parse(text))
                .withMessageContaining("\"" + text + "\"")
                .withMessageContaining("write name=host:port");
    }

    @ParameterizedTest
    @CsvSource({
        "http=, has no port",
        "http=a, has no port",
        "http=a:b, 'which is not a port'",
        "http=a:70000, out of range",
        "http=::1:80, several colons",
        "=a:1, no protocol's name",
        "9p=a:1, no protocol's name",
        "https[sni]=a:1, is no attribute",
        "https[]=a:1, is no attribute",
        "'https[sni=a,]=a:1', is no attribute",
    })
    void partThatIsWrongIsNamed(String text, String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Forward.parse(text))
                .withMessageContaining(wrong);
    }

    @Test
    void flagsOfOneNameAndAttributesMakeOneRoute() {
        List<Forward> forwards = Stream.of("http=a:1", "https[sni=x]=b:1", "HTTP=a:2", "https=c:1", "https[sni=x]=b:2")
                .map(Forward::parse)
                .toList();

        assertThat(Forward.routes(forwards))
                .extracting(route -> route.target() + " " + route.backends())
                .containsExactly("http [a:1, a:2]", "https[sni=x] [b:1, b:2]", "https [c:1]");
    }
}
