package dev.refractium.plugins.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Party;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.Tapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TextPatternTest {
    /** The pattern of the README that gives HAProxy's line. */
    static final String TCPLOG = "{client} [{haproxy_start}] {listener} {pool}/{backend}"
            + " {haproxy_tw}/{haproxy_tc}/{haproxy_tt} {bytes_from_backend} {haproxy_state}"
            + " 0/0/0/0/{haproxy_retries} 0/0";

    /** What HAProxy 2.6 and 3.0 write with {@code option tcplog}, behind the header of the syslog. */
    static final String TCPLOG_SHAPE =
            "\\S+:\\d+ \\[\\d{2}/[A-Z][a-z]{2}/\\d{4}:\\d{2}:\\d{2}:\\d{2}\\.\\d{3}] \\S+ \\S+/\\S+"
                    + " -?\\d+/-?\\d+/\\+?\\d+ \\+?\\d+ [A-Za-z-]{2} \\d+/\\d+/\\d+/\\d+/\\+?\\d+ \\d+/\\d+";

    private final List<String> problems = new ArrayList<>();

    @Test
    void eachFieldCanBeNamed() {
        String all = Arrays.stream(Field.values())
                .map(field -> field.key() + "={" + field.key() + "}")
                .collect(Collectors.joining(" "));

        FakeSession session = FakeSession.tcp().attribute("sni", "a.test").attribute("alpn", "h2", "http/1.1");
        assertThat(line(all, ended(session, "done", Party.CLIENT)))
                .isEqualTo("start=2026-01-01T00:00:00Z id=s1 transport=tcp client=192.0.2.1:40000 peer=-"
                        + " local=192.0.2.80:443 listener=default protocol=test"
                        + " attributes=alpn=h2,http/1.1;sni=a.test route=test why=match map_line=- pool=test"
                        + " backend=10.0.0.1:443 attempts=1 reason=done ended_by=client stage=relay ms_header=-"
                        + " ms_peek=1.000 ms_queue=- ms_dial=1.000 ms_first_byte=1.000 ms_total=4.000"
                        + " bytes_from_client=0 bytes_from_backend=3 generation=1 refused=-");
    }

    @Test
    void oneAttributeCanBeNamedAndBracesAreWrittenTwice() {
        FakeSession session = FakeSession.tcp().attribute("sni", "a.test");

        assertThat(line("{{{attributes.sni}}} {attributes.alpn}", ended(session, "done", Party.PROXY)))
                .isEqualTo("{a.test} -");
    }

    @Test
    void nothingThatAClientSentCanForgeAWordOrALine() {
        FakeSession session = FakeSession.tcp().attribute("sni", "a b\n\"c\\,;=\u001b\u00e9", "x".repeat(2_000));

        String line = line("{attributes} {reason}", ended(session, "done", Party.PROXY));

        assertThat(line)
                .startsWith("sni=a\\u0020b\\u000a\\u0022c\\u005c\\u002c\\u003b\\u003d\\u001b\\u00e9,xxx")
                .endsWith("xxx... done");
        assertThat(line.split(" ")).hasSize(2);
    }

    @Test
    void documentedPatternGivesALineOfHaproxy() {
        assertThat(line(TCPLOG, ended(FakeSession.tcp(), "done", Party.CLIENT)))
                .matches(TCPLOG_SHAPE)
                .endsWith(" default test/10.0.0.1:443 0/1/4 3 -- 0/0/0/0/0 0/0");
        assertThat(line(TCPLOG, ended(FakeSession.tcp(), "client-reset", Party.CLIENT)))
                .contains(" CD ");
        assertThat(line(TCPLOG, Entry.refused(FakeSession.tcp(), end(FakeSession.tcp(), "silent"), 1)))
                .matches(TCPLOG_SHAPE)
                .contains(" -/- -1/-1/2 0 cC ");
        assertThat(line(
                        TCPLOG,
                        Entry.interval(FakeSession.tcp().bytes(Direction.FROM_BACKEND, 9), Duration.ofMinutes(10))))
                .matches(TCPLOG_SHAPE)
                .contains("/600000 9 -- ");
    }

    @Test
    void whatIsWrongIsReportedWithItsPlaceAndASuggestion() {
        for (String pattern :
                List.of("{start} {clinet}", "{start} {elephant}", "a { b", "a } b", "", "{id}\n", "{attributes.}")) {
            TextPattern.of(pattern, problems::add);
        }

        assertThat(problems).hasSize(7);
        assertThat(problems.get(0)).isEqualTo("unknown placeholder {clinet} at character 9; did you mean {client}?");
        assertThat(problems.get(1)).startsWith("unknown placeholder {elephant} at character 9; known are start, id, ");
        assertThat(problems.get(2)).isEqualTo("has a single { at character 3; write {{ for the character itself");
        assertThat(problems.get(3)).isEqualTo("has a single } at character 3; write }} for the character itself");
        assertThat(problems.get(4)).startsWith("is empty");
        assertThat(problems.get(5)).startsWith("has a character that is no printable ASCII");
        assertThat(problems.get(6)).startsWith("unknown placeholder {attributes.} at character 1");
    }

    private String line(String pattern, Entry entry) {
        StringBuilder out = new StringBuilder();
        TextPattern.of(pattern, problems::add).write(entry, out);
        assertThat(problems).isEmpty();
        return out.toString();
    }

    private static Entry ended(FakeSession session, String cause, Party by) {
        session.backend("10.0.0.1", 443);
        return Entry.ended(
                session,
                Tapping.open(new Unwatching(), session)
                        .connected()
                        .fromBackend("bye")
                        .end(cause, by));
    }

    private static SessionEnd end(FakeSession session, String cause) {
        return Tapping.open(new Unwatching(), session).end(cause);
    }

    private static final class Unwatching implements Hook {
        @Override
        public String name() {
            return "unwatching";
        }

        @Override
        public @Nullable Tap open(Session session) {
            return null;
        }
    }
}
