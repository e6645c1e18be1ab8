package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@code refractium top} makes of two answers of a server. */
class TopPageTest {
    private static final TopScreen.Size LARGE = new TopScreen.Size(12, 200);

    private final TopPage page = new TopPage(answers(0, 100, 1_000, "{\"count\":1,\"nanos\":5000000}"));

    @Test
    void ratesAreThoseBetweenTwoAnswers() {
        page.next(answers(2, 110, 5_001_000, "{\"count\":3,\"nanos\":9000000}"));

        List<String> lines = page.lines(LARGE);

        assertThat(lines).hasSize(12);
        assertThat(lines.get(0))
                .isEqualTo("refractium not ready  process 7  since 2026  generation 3  last reload refused 2027");
        assertThat(lines.get(1)).isEqualTo("sessions 4 live, 5.0 new/s  from clients 2.5 MB/s  from backends 0 B/s");
        assertThat(lines.get(2))
                .isEqualTo("connections 4 of 10  flows 0 of 5  peek_memory 1 B of 2.0 kB  relay_memory 0 B of 0 B");
        assertThat(lines.get(3)).isEqualTo("! a loop \\x1b is stuck");
        assertThat(lines.subList(5, 7))
                .containsExactly(
                        "ROUTE  LISTENER  TRANSPORT  PROTOCOL  LIVE*  NEW/S  LOST/S    IN/S  OUT/S    DIAL  FIRST BYTE",
                        "web    default   tcp        http          4    5.0       0  2.5 MB    0 B  2.0 ms           -");
    }

    @Test
    void slowestBackendStandsFirst() {
        page.next(answers(2, 100, 0, "{\"count\":3,\"nanos\":9000000}"));
        page.key('b');

        assertThat(page.lines(LARGE).subList(5, 8))
                .containsExactly(
                        "BACKEND  POOL  TRANSPORT  HEALTH  WEIGHT  SESSIONS  WAITING  FIRST BYTE*  FAILED  FAILED/S",
                        "a:1      web   tcp        up           1         4        6       2.0 ms       9         0",
                        "b:1      web   tcp        -            1         0        6            -       0         0");
    }

    @Test
    void keysChooseTheColumnAndTheOrder() {
        page.key('b');
        page.key('>');
        assertThat(page.lines(LARGE).get(5)).contains(" FAILED* ");
        page.key('<');
        page.key('<');
        page.key('o');
        assertThat(page.lines(LARGE).get(5)).contains(" WAITING^ ");
        page.key('s');
        assertThat(page.lines(LARGE).get(5)).contains("BYTES/S^");
        page.key('x');
        assertThat(page.lines(LARGE).get(5)).contains("BYTES/S^");
    }

    @Test
    void screenIsNeverExceeded() {
        for (int rows = 2; rows < 9; rows++) {
            assertThat(page.lines(new TopScreen.Size(rows, 10)))
                    .hasSize(rows)
                    .allMatch(line -> line.length() <= 10)
                    .last()
                    .isEqualTo("r routes  ");
        }
    }

    @Test
    void sizesThatNoTerminalHasAreNotTaken() {
        assertThat(TopScreen.Size.of("50 132\n")).isEqualTo(new TopScreen.Size(50, 132));
        assertThat(TopScreen.Size.of("0 0\n")).isEqualTo(new TopScreen.Size(24, 80));
        assertThat(TopScreen.Size.of("")).isEqualTo(new TopScreen.Size(24, 80));
    }

    @Test
    void amountsAreShort() {
        assertThat(List.of(0, 999, 1_000, 999_499, 999_500, 1_234_567_890).stream()
                        .map(Amounts::bytes))
                .containsExactly("0 B", "999 B", "1.0 kB", "999 kB", "1.0 MB", "1.2 GB");
        assertThat(List.of(0, 59_999, 60_000, 3_599_000, 3_600_000, 90_000_000).stream()
                        .map(Amounts::age))
                .containsExactly("0s", "59s", "1m 0s", "59m 59s", "1h 0m", "1d 1h");
        assertThat(Amounts.rate(0.25)).isEqualTo("0.3");
        assertThat(Amounts.millis(1_234_000_000)).isEqualTo("1234 ms");
    }

    private static TopAnswers answers(long seconds, long routed, long fromClient, String firstByte) {
        JsonObject status = json("""
                {"state":"not_ready","reasons":["a loop \\u001b is stuck","b"],"pid":7,"since":"2026","generation":3,
                 "sessions":4,"last_reload":{"at":"2027","outcome":"refused"},
                 "backends":[{"address":"a:1","transport":"tcp","health":"up","failures":9,"sessions":4}],
                 "pools":[{"name":"web","waiting":6,"queue":10}],
                 "memory":{"peek_memory":{"held":1,"limit":2000},"relay_memory":{"held":0,"limit":0}}}
                """);
        JsonObject measures = json("""
                {"listeners":[{"name":"default","transport":"tcp","opened":%1$d}],
                 "times":[{"listener":{"name":"default","transport":"tcp"},"protocol":"http",
                           "dial":{"counts":[1,1],"nanos":4000000},"first_byte":{"counts":[0,0],"nanos":0}}],
                 "sessions":[{"listener":{"name":"default","transport":"tcp"},"protocol":"http","route":"web",
                              "counts":{"live":4,"routed":%1$d,"from_client":%2$d,"from_backend":0,
                                        "ended":{"done":%1$d}}}],
                 "members":[{"pool":"web","transport":"tcp","backend":"b:1","weight":1,"up":true},
                            {"pool":"web","transport":"tcp","backend":"a:1","weight":1,"up":true,"first_byte":%3$s}],
                 "overall":{"limits":{"connections":10,"flows":5}}}
                """.formatted(routed, fromClient, firstByte));
        return new TopAnswers(
                TimeUnit.SECONDS.toNanos(seconds), status, measures, json("{\"sessions\":[],\"total\":0}"));
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }
}
