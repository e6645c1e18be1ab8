package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients of one address that ask each question from a port of its own, while the backend takes its time. */
class DnsClientsIT {
    private static final int QUESTIONS = 25;

    /** The sockets of dnsperf, which takes them in turn. */
    private static final int SOCKETS = 250;

    @RegisterExtension
    final Lab lab = new Lab();

    private SlowDns backend;
    private Refractium proxy;

    @BeforeEach
    void start() throws Exception {
        backend = new SlowDns(Duration.ofMillis(100));
        proxy = lab.proxy("""
                [[protocols]]
                name = "dns"
                transport = "udp"
                forward_to = "127.0.0.1:%d"
                """.formatted(backend.port()));
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    void everyQuestionOfDigIsAnswered() throws Exception {
        lab.write("names", String.join("\n", names(QUESTIONS)));

        Output answers = lab.run(
                        "dig",
                        "@127.0.0.1",
                        "-p",
                        Lab.port(proxy),
                        "+tries=1",
                        "+short",
                        "-f",
                        lab.directory().resolve("names"))
                .succeeded();

        assertThat(answers.text().lines()).hasSize(QUESTIONS).containsOnly("192.0.2.1");
    }

    @Test
    void everyQuestionOfKdigIsAnswered() throws Exception {
        List<Object> command =
                new ArrayList<>(List.of("kdig", "@127.0.0.1", "-p", Lab.port(proxy), "+retry=0", "+short"));
        command.addAll(names(QUESTIONS));

        Output answers = lab.run(command.toArray()).succeeded();

        assertThat(answers.text().lines()).hasSize(QUESTIONS).containsOnly("192.0.2.1");
    }

    /** As many questions at a time as it has sockets. */
    @Test
    void everyQuestionOfDnsperfIsAnswered() throws Exception {
        Output report = lab.run(
                        "dnsperf",
                        "-s",
                        "127.0.0.1",
                        "-p",
                        Lab.port(proxy),
                        "-d",
                        questions(),
                        "-n",
                        1,
                        "-c",
                        SOCKETS,
                        "-q",
                        SOCKETS)
                .succeeded();

        assertThat(report.text())
                .containsPattern("Queries sent: +" + SOCKETS)
                .containsPattern("Queries completed: +" + SOCKETS + " ")
                .containsPattern("Response codes: +NOERROR " + SOCKETS + " ");
        assertThat(proxy.status().ends().get("over-udp-sessions-per-ip")).isZero();
    }

    private Object questions() throws IOException {
        return lab.write(
                "questions",
                String.join(
                                "\n",
                                names(SOCKETS).stream().map(name -> name + " A").toList()) + "\n");
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "n" + i + ".test").toList();
    }
}
