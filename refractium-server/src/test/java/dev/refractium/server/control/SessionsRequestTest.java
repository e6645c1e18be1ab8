package dev.refractium.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.refractium.server.control.SessionsRequest.Filter;
import dev.refractium.server.control.SessionsRequest.Sort;
import dev.refractium.server.text.Network;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionsRequestTest {
    @Test
    void requestLineIsParsedBackToTheSameRequest() {
        Filter filter = new Filter(
                Optional.of("https[sni=*.a b]"),
                Optional.of(Network.parse("2001:db8::/32")),
                Optional.of("[::1]:80"),
                Optional.of("inner"));
        SessionsRequest request = new SessionsRequest(filter, Sort.AGE, 7, 9);

        assertThat(parsed(request)).isEqualTo(request);
        assertThat(parsed(new SessionsRequest(Filter.NONE, Sort.BYTES, 1, 0)))
                .isEqualTo(new SessionsRequest(Filter.NONE, Sort.BYTES, 1, 0));
    }

    @Test
    void withoutArgumentsItIsTheFirstPage() {
        assertThat(SessionsRequest.parse("{}"))
                .isEqualTo(new SessionsRequest(Filter.NONE, Sort.AGE, SessionsRequest.MOST, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"limit\":0} | limit 0 is out of range; use 1 to 1000",
                "{\"limit\":1001} | limit 1001 is out of range",
                "{\"limit\":99999999999} | limit 2147483647 is out of range",
                "{\"after\":-1} | after -1",
                "{\"after\":1,\"sort\":\"bytes\"} | goes with no order but age",
                "{\"sort\":\"name\"} | there is no order \"name\"; there are age, bytes",
                "{\"client\":\"10.0.0.0/33\"} | 10.0.0.0/33",
                "{\"pool\":\"web\"} | does not know the argument \"pool\"",
            })
    void malformedRequestIsRefusedWithTheReason(String arguments, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionsRequest.parse(arguments))
                .withMessageContaining(reason);
    }

    private static SessionsRequest parsed(SessionsRequest request) {
        return SessionsRequest.parse(request.line().substring("sessions ".length()));
    }
}
