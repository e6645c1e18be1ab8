package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.it.support.LettersProtocol;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flows of UDP whose protocol asks for three datagrams: each segment is a datagram. */
class JsonFlowsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "41","42","43"           | "letters" | 3
                    "41ff","42","4300"       | "letters" | 5
                    "41","42","43","44"      | "letters" | 3
                    "414243"                 | null      | 3
                    "41","42"                | null      | 2
                    "41","4243"              | null      | 3
                    "41","","43"             | null      | 1
                    """)
    void segmentsOfUdpAreDatagrams(String segments, String protocol, int needed) throws Exception {
        assertThat(verdict(segments))
                .isEqualTo(
                        "{\"id\":7,\"protocol\":" + protocol + ",\"attributes\":{},\"bytes_needed\":" + needed + "}\n");
    }

    /** Seen in the server's way: a protocol is asked again once another whole datagram is there. */
    @Test
    void bytesNeededAreThoseOfWholeDatagrams() throws Exception {
        assertThat(verdict("\"41000000\",\"42000000\",\"43000000\"")).contains("\"bytes_needed\":12");
    }

    @Test
    void answersTheRouteOfTheClientThatALineOrAFlagNames() throws Exception {
        RefractiumBuilder builder = Refractium.builder()
                .protocol(new LettersProtocol())
                .route("letters", r -> r.clients("10.0.0.0/8", "2001:db8::/32").to("127.0.0.1:1"))
                .route("letters", r -> r.id("others").deny("192.0.2.66").to("127.0.0.1:2"));
        String segments = "\"41\",\"42\",\"43\"";
        String inside = segments + "],\"client\":\"2001:DB8::1\",\"more\":[";

        assertThat(verdict(builder, Optional.empty(), inside))
                .endsWith(
                        "\"bytes_needed\":3,\"client\":\"2001:db8::1\","
                                + "\"route\":\"letters[clients=10.0.0.0/8|2001:db8::/32]\",\"because\":\"letters is recognised\"}\n");
        assertThat(verdict(builder, Optional.of(InetAddress.getByName("192.0.2.66")), segments))
                .endsWith("\"client\":\"192.0.2.66\",\"route\":null,\"because\":\"letters is recognised,"
                        + " and the allow or deny of others refuses the client\"}\n");
        assertThat(verdict(builder, Optional.of(InetAddress.getByName("192.0.2.66")), inside))
                .contains("\"client\":\"2001:db8::1\"");
        assertThat(verdict(builder, Optional.empty(), segments))
                .endsWith("\"bytes_needed\":3,\"route\":\"others\",\"because\":\"letters is recognised\"}\n");
    }

    private static String verdict(String segments) throws Exception {
        return verdict(Refractium.builder().protocol(new LettersProtocol()), Optional.empty(), segments);
    }

    private static String verdict(RefractiumBuilder builder, Optional<InetAddress> client, String segments)
            throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String line = "{\"id\":7,\"transport\":\"udp\",\"segments\":[" + segments + "]}";
        try (Explainer explainer = builder.identify()) {
            boolean good = new JsonFlows(explainer, client, new PrintWriter(out), new PrintWriter(err))
                    .run(new BufferedReader(new StringReader(line)));
            assertThat(good).as(err.toString()).isTrue();
        }
        return out.toString();
    }
}
