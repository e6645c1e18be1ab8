package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** dig to dnsmasq, over UDP and TCP on the same port. */
class RealDnsIT {
    private static final int QUERIES = 500;

    @RegisterExtension
    final Lab lab = new Lab();

    private Refractium proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = lab.proxy("""
                [[protocols]]
                name = "dns"
                transport = "both"
                forward_to = "127.0.0.1:%d"
                """.formatted(Dnsmasq.start(lab)));
    }

    @Test
    void queriesAreAnsweredOverUdpAndTcp() throws Exception {
        assertThat(dig("+short", "a.test", "A").text()).isEqualTo("192.0.2.1");
        assertThat(dig("+short", "a.test", "AAAA").text()).isEqualTo("2001:db8::1");
        assertThat(dig("+short", "+tcp", "a.test", "A").text()).isEqualTo("192.0.2.1");
        assertThat(dig("+short", "+noedns", "a.test", "A").text()).isEqualTo("192.0.2.1");
    }

    @Test
    void largeAnswerIsOneDatagramIfTheClientAcceptsIt() throws Exception {
        Output answer = dig("+bufsize=4096", "+ignore", "large.test", "TXT");

        assertThat(answer.text())
                .contains("(UDP)", "MSG SIZE  rcvd: 2")
                .contains(Dnsmasq.LONG_TEXT)
                .doesNotContain("TRUNCATED");
    }

    @Test
    void answerTooLargeForUdpIsRequestedAgainOverTcp() throws Exception {
        Output answer = dig("huge.test", "TXT");

        assertThat(answer.text())
                .contains("Truncated, retrying in TCP mode", "(TCP)", "MSG SIZE  rcvd: 8")
                .contains(Dnsmasq.LONG_TEXT);
    }

    @Test
    void manyQueriesAreAllAnswered() throws Exception {
        List<String> names = IntStream.range(0, QUERIES)
                .mapToObj(i -> "n" + i + ".many.test")
                .toList();
        lab.write("queries", String.join("\n", names));

        Output answers = dig("+short", "-f", lab.directory().resolve("queries"));

        assertThat(answers.text().lines()).hasSize(QUERIES).containsOnly("192.0.2.2");
    }

    @Test
    void refusalsOfTheServerReachTheClient() throws Exception {
        assertThat(dig("elsewhere.test", "A").text()).contains("status: REFUSED");
    }

    private Output dig(Object... question) throws Exception {
        List<Object> command =
                new ArrayList<>(List.of("dig", "@127.0.0.1", "-p", Lab.port(proxy), "+tries=1", "+time=5"));
        command.addAll(Arrays.asList(question));
        return lab.run(command.toArray()).succeeded();
    }
}
