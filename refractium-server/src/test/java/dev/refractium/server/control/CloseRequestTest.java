package dev.refractium.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.refractium.server.control.CloseRequest.What;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CloseRequestTest {
    @ParameterizedTest
    @EnumSource
    void requestLineIsParsedBackToTheSameRequest(What what) {
        CloseRequest request = new CloseRequest(what, "https[alpn=a b]", Duration.ofSeconds(30));

        assertThat(request.line()).startsWith("close {\"after_ms\":30000,");
        assertThat(CloseRequest.parse(request.line().substring("close ".length())))
                .isEqualTo(request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0 route x | no { at character 1",
                "{\"what\":\"planet\",\"name\":\"x\"} | there is no \"planet\" to close; there are session, route, generation",
                "{\"what\":\"route\"} | nothing is named; say which route",
                "{\"what\":\"route\",\"name\":\"x\",\"until\":1} | does not know the argument \"until\"",
                "{\"what\":\"route\",\"name\":\"x\",\"after_ms\":-1} | out of range",
            })
    void malformedRequestIsRefusedWithTheReason(String arguments, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CloseRequest.parse(arguments))
                .withMessageContaining(reason);
    }

    @Test
    void missingNameAndExcessiveDelayAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CloseRequest(What.ROUTE, " ", Duration.ZERO))
                .withMessageContaining("say which route");
        assertThatIllegalArgumentException().isThrownBy(() -> new CloseRequest(What.ROUTE, "a\nstatus", Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CloseRequest(What.ROUTE, "a", Duration.ofDays(8)))
                .withMessageContaining("out of range");
    }
}
