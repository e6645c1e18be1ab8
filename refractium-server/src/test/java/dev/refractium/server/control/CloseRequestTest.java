package dev.refractium.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.refractium.server.control.CloseRequest.What;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloseRequestTest {
    @ParameterizedTest
    @EnumSource
    void requestLineIsParsedBackToTheSameRequest(What what) {
        CloseRequest request = new CloseRequest(what, "https[alpn=a b]", Duration.ofSeconds(30));

        assertThat(request.line()).startsWith("close 30000 ");
        assertThat(CloseRequest.parse(request.line().substring("close ".length())))
                .isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1 session",
                "x session 1",
                "-1 session 1",
                "1 sessions 1",
                "1 s 1",
                "9999999999 session 1"
            })
    void malformedRequestIsRefusedWithTheSyntax(String words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CloseRequest.parse(words))
                .withMessage("say: close MILLISECONDS session|route|generation NAME");
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
