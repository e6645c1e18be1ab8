package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that talk to a running server, as far as none is needed. */
class ControlCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void commandsFailWhenNoServerRuns(@TempDir Path nowhere) {
        String place = nowhere.toString();

        assertThat(run("status", "--control", place)).isEqualTo(ExitCode.COULD_NOT_RUN);
        assertThat(run("reload", "--control", place)).isEqualTo(ExitCode.COULD_NOT_RUN);
        assertThat(run("close", "--session", "1", "--control", place)).isEqualTo(ExitCode.COULD_NOT_RUN);
        assertThat(run("sessions", "--control", place)).isEqualTo(ExitCode.COULD_NOT_RUN);
        assertThat(run("samples", "--control", place)).isEqualTo(ExitCode.COULD_NOT_RUN);
        assertThat(run("top", "--once", "--control", place)).isEqualTo(ExitCode.COULD_NOT_RUN);
        assertThat(err.toString().lines()).hasSize(6).allMatch(line -> line.startsWith("refractium: no server runs"));
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "close",
                "close --session 1 --route x",
                "close --route x --after soon",
                "close --route x --after 30",
                "close --route x --after 200h",
                "status now",
                "reload --session 1",
                "backend",
                "backend drain",
                "backend stop 127.0.0.1:80",
                "backend weight 127.0.0.1:80",
                "backend weight 127.0.0.1:80 0",
                "backend drain 127.0.0.1:80 3",
                "backend drain 127.0.0.1:80 --for 0s",
                "sessions --client 10.0.0.0/33",
                "sessions --limit 0",
                "sessions --sort name",
                "samples maybe",
                "samples --for 10m",
                "samples off --for 10m",
                "samples on --for 0s",
                "samples on --for 25h",
                "top --every 1ms",
                "top --every 2h",
            })
    void misuseHasItsOwnExitCode(String line) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("refractium: ");
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "30s, 30000", "5m, 300000", "1h, 3600000"})
    void durationsHaveUnits(String text, long milliseconds) {
        assertThat(new QuantityConverters.Time().convert(text)).hasMillis(milliseconds);
    }

    @Test
    void statusOmitsEmptySections() {
        print("""
            {"state":"not_ready","reasons":["a loop is stuck"],"pid":7,"since":"2026","generation":3,
             "last_reload":{"at":"2027","outcome":"refused","problems":["t:1:1: no"]},
             "generations":[{"number":2,"since":"2025","sessions":1,"by_age":{"1m":0,"1h":1}},
                            {"number":3,"since":"2026","sessions":9,"by_age":{"1m":9,"1h":0}}],
             "plugins":[{"file":"x.jar","refused":"cut \\u001b[31m"}],
             "counters":{"bytes":0,"ended.done":4}}
            """);

        assertThat(out.toString()).isEqualToNormalizingNewlines("""
            state          not ready
                           a loop is stuck
            process        7, since 2026
            configuration  -
            control        /run/c.sock
            generation     3
            last reload    2027 refused
                           t:1:1: no

            GENERATION  SINCE  SESSIONS  UNDER 1m  UNDER 1h
            2           2025   1         0         1
            3           2026   9         9         0

            PLUGIN  VERSION  SHA-256  FILE   PROVIDES  GENERATIONS  STATE
            -       -        -        x.jar  -         -            refused: cut \\x1b[31m

            COUNTER
            ended.done  4
            """);
    }

    @Test
    void statusShowsHooksAndTheBudgetsOfMemory() {
        print("""
            {"state":"not_ready",
             "hooks":{"log":{"opened":5,"missed":0,"chunks":3,"bytes":30,"lost_bytes":10,"faults":2,"ejected":false},
                      "mirror":{"opened":7,"missed":1,"bytes":0,"lost_bytes":0,"faults":10,"ejected":true}},
             "memory":{"peek_memory":{"held":1,"limit":10},"relay_memory":{"held":2,"limit":20}}}
            """);

        assertThat(out.toString()).endsWith("""
            HOOK    SESSIONS  MISSED  BYTES  LOST BYTES  FAULTS  STATE
            log     5         0       30     10          2       in use
            mirror  7         1       0      0           10      ejected

            MEMORY        HELD  LIMIT
            peek_memory   1     10
            relay_memory  2     20
            """);
    }

    @Test
    void statusShowsTheSessionsOfBackendsAndHowManyOfThemAreDraining() {
        print("""
                {"state":"not_ready",
                 "backends":[
                   {"address":"a:1","transport":"tcp","health":"up","failures":0,"addresses":3,"usable":2,
                    "sessions":5,"draining":0},
                   {"address":"b:1","transport":"udp","health":"unknown","failures":7,"addresses":1,"usable":1,
                    "sessions":4,"draining":4}]}
                """);

        assertThat(out.toString()).endsWith("""
                BACKEND  TRANSPORT  HEALTH                SESSIONS       FAILURES
                a:1      tcp        up, 2 of 3 addresses  5              0
                b:1      udp        unknown               4, 4 draining  7
                """);
    }

    @Test
    void statusShowsWhatOperatorsHaveOrdered() {
        print("""
                {"state":"not_ready",
                 "backends":[
                   {"address":"a:1","transport":"tcp","health":"up","failures":0,"addresses":1,"usable":1,
                    "sessions":0,"draining":0,
                    "orders":[{"pool":null,"order":"drained","since":"2026","until":"2027","by":"user root","kept":true},
                              {"pool":"pool:web","order":"in use, weight 3","since":"2026","until":null,
                               "by":"user root","kept":false}]}]}
                """);

        assertThat(out.toString()).endsWith("""
                ORDER             POOL      BACKEND  SINCE  UNTIL  BY         KEPT
                drained           all       a:1      2026   2027   user root  yes
                in use, weight 3  pool:web  a:1      2026   -      user root  no
                """);
    }

    private void print(String json) {
        StatusText text = new StatusText(JsonParser.parseString(json).getAsJsonObject(), "/run/c.sock");
        text.print(new PrintWriter(out, true));
        assertThat(text.serves()).isFalse();
    }

    private int run(String... arguments) {
        return CommandLines.create(new PrintWriter(out, true), new PrintWriter(err, true), Terminal.ofStandardOutput())
                .execute(arguments);
    }
}
