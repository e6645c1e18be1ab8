package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Keys of whole milliseconds, which durations were before they had units. */
class FormerKeysTest {
    private static final String FORMER = """
            [server]
            silence_timeout_ms = 900
            connect_timeout_ms = 1500
            health = { interval_ms = 60000 }
            stall_timeout_ms = 120000
            half_close_timeout_ms = 300000
            idle_timeout_ms = 0
            drain_timeout_ms = 3600000
            udp_idle_timeout_ms = 90000

            [plugins]
            rollback_window_ms = 600000
            call_timeout_ms = 30000
            """;

    @Test
    void eachIsReadWithOneWarningThatGivesTheLineToWrite() {
        ConfigReader.Parsed parsed = parse(FORMER);

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "t:2:1: server.silence_timeout_ms: is read until 0.2; write silence_timeout = \"900ms\"",
                        "t:3:1: server.connect_timeout_ms: is read until 0.2; write connect_timeout = \"1500ms\"",
                        "t:4:12: server.health.interval_ms: is read until 0.2; write interval = \"1m\"",
                        "t:5:1: server.stall_timeout_ms: is read until 0.2; write stall_timeout = \"2m\"",
                        "t:6:1: server.half_close_timeout_ms: is read until 0.2; write half_close_timeout = \"5m\"",
                        "t:7:1: server.idle_timeout_ms: is read until 0.2; write idle_timeout = \"0s\"",
                        "t:8:1: server.drain_timeout_ms: is read until 0.2; write drain_timeout = \"1h\"",
                        "t:9:1: server.udp_idle_timeout_ms: is read until 0.2; write udp_idle_timeout = \"90s\"",
                        "t:12:1: plugins.rollback_window_ms: is read until 0.2; write rollback_window = \"10m\"",
                        "t:13:1: plugins.call_timeout_ms: is read until 0.2; write call_timeout = \"30s\"");
    }

    @Test
    void whatAWarningSaysToWriteIsTheSameConfiguration() {
        ConfigReader.Parsed former = parse(FORMER);
        String rewritten = FORMER;
        for (Problem warning : former.warnings()) {
            String key = warning.key().substring(warning.key().lastIndexOf('.') + 1);
            String line = warning.message().substring(warning.message().indexOf("write ") + "write ".length());
            rewritten = rewritten.replaceFirst("\\b" + key + " = [0-9]+", line);
        }

        ConfigReader.Parsed current = parse(rewritten);

        assertThat(current.problems()).isEmpty();
        assertThat(current.warnings()).isEmpty();
        ServerConfig before = former.config().server();
        ServerConfig now = current.config().server();
        assertThat(now.peek()).isEqualTo(before.peek());
        assertThat(now.timeouts()).isEqualTo(before.timeouts());
        assertThat(now.process()).isEqualTo(before.process());
        assertThat(current.config().plugins().callTimeout())
                .isEqualTo(former.config().plugins().callTimeout());
        assertThat(current.config().plugins().rollbackWindow())
                .isEqualTo(former.config().plugins().rollbackWindow());
    }

    @Test
    void peekTimeoutOfOtherProgramsIsReadForGood() {
        ConfigReader.Parsed parsed = parse("[server]\npeek_timeout_ms = 2500\n");

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.warnings()).isEmpty();
        assertThat(parsed.config().server().peek().timeout()).isEqualTo(Duration.ofMillis(2500));
        assertThat(parsed.config().server().origin().at("peek_timeout")).isEqualTo("t:2:1");
    }

    @Test
    void keyThatNeverWasMillisecondsHasNoFormerName() {
        assertThat(FormerKeys.of("port")).isEmpty();
        assertThat(parse("[server]\nport_ms = 1\n").problems())
                .singleElement()
                .asString()
                .startsWith("t:2:1: server.port_ms: unknown key");
    }

    private static ConfigReader.Parsed parse(String toml) {
        return ConfigReader.parse(toml, "t", Path.of("/"));
    }
}
