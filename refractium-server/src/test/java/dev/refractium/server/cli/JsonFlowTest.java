package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.refractium.api.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFlowTest {
    @Test
    void unknownMembersOfAFlowAreSkipped() {
        JsonFlow flow = JsonFlow.parse(
                "{\"more\":[{\"id\":1}],\"segments\":[\"0aFF\",\"\"],\"transport\":\"udp\",\"id\":\"a#1\",\"x\":null}");

        assertThat(flow.id()).isEqualTo("\"a#1\"");
        assertThat(flow.bytes().transport()).isEqualTo(Transport.UDP);
        assertThat(flow.bytes().segments()).containsExactly(new byte[] {10, -1}, new byte[0]);
        assertThat(flow.client()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"7 | 7", "-1.50e3 | -1.50e3", "null | null", "\"\\u0007\\\"\" | \"\\u0007\\\"\""})
    void idIsGivenBackAsItCame(String id, String back) {
        JsonFlow flow = JsonFlow.parse("{\"id\":" + id + ",\"transport\":\"tcp\",\"segments\":[]}");

        assertThat(flow.id()).isEqualTo(back);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x | no JSON, at $",
                "[] | $ must be an object",
                "{} | \"transport\" is missing",
                "{\"transport\":\"tcp\"} | \"segments\" is missing",
                "{\"transport\":\"sctp\",\"segments\":[]} | $.transport must be \"tcp\" or \"udp\"",
                "{\"transport\":6,\"segments\":[]} | $.transport must be \"tcp\" or \"udp\"",
                "{\"transport\":\"tcp\",\"segments\":\"00\"} | $.segments must be an array",
                "{\"transport\":\"tcp\",\"segments\":[\"00\",\"0\"]} | $.segments[1] must be a string of hexadecimal",
                "{\"transport\":\"tcp\",\"segments\":[\"zz\"]} | $.segments[0] must be a string of hexadecimal",
                "{\"transport\":\"tcp\",\"segments\":[0]} | $.segments[0] must be a string of hexadecimal",
                "{\"id\":{},\"transport\":\"tcp\",\"segments\":[]} | $.id must be a string or a number",
                "{\"transport\":\"tcp\",\"segments\":[],\"client\":7} | $.client must be an address",
                "{\"transport\":\"tcp\",\"segments\":[],\"client\":\"a\"} | $.client is refused: \"a\" has no IPv4 address",
                "{\"transport\":\"tcp\",\"segments\":[],\"client\":\"::/0\"} | $.client is one address, without a length",
                "{\"transport\":\"tcp\",\"segments\":[]} {} | no JSON",
                "{\"transport\":\"tcp\",\"segments\":[] | no JSON",
            })
    void lineThatIsNoFlowIsRefusedWithTheReason(String line, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JsonFlow.parse(line))
                .withMessageContaining(reason);
    }
}
