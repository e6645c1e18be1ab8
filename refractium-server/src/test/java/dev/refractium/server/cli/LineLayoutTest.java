package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.impl.MutableLogEvent;
import org.apache.logging.log4j.core.time.MutableInstant;
import org.apache.logging.log4j.message.ReusableMessageFactory;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class LineLayoutTest {
    private static final String HOSTILE = "a\u001b[31mb\r\nc\u009bd\u202ee\u0000f\u007fg";

    private final LineLayout plain = new LineLayout(new DefaultConfiguration(), new Terminal(false, false));

    @Test
    void lineHasTimeLevelNameAndMessage() {
        String line =
                plain.toSerializable(event(Level.INFO, "draining sessions=3").build());

        assertThat(line).isEqualTo("2026-01-02T03:04:05.006Z INFO  Refractium: draining sessions=3\n");
    }

    @Test
    void controlCharactersOfAMessageAreEscaped() {
        String line = plain.toSerializable(event(Level.INFO, HOSTILE).build());

        assertThat(line).endsWith("a\\x1b[31mb\\x0d\\x0ac\\x9bd\\u{202e}e\\x00f\\x7fg\n");
        assertThat(line.lines()).hasSize(1);
    }

    @Test
    void messagesOfExceptionsAreEscapedToo() {
        Exception cause = new IllegalStateException(HOSTILE);
        LogEvent event = event(Level.WARN, "failed")
                .setThrown(new IllegalArgumentException(HOSTILE, cause))
                .build();

        List<String> lines = plain.toSerializable(event).lines().toList();

        assertThat(lines).noneMatch(line -> line.chars().anyMatch(c -> c < ' ' || c >= 0x7f));
        assertThat(lines).anyMatch(line -> line.startsWith("  java.lang.IllegalStateException: a\\x1b"));
    }

    @Test
    void quotesOfAQuotedValueAreEscaped() {
        String form = "refused file={} reason=\"{}\" at=\"{}\"";
        Object[] values = {"a\"b", "no \"x\" key=\\", "c"};

        // As a running log has it, which uses its objects again.
        MutableLogEvent event = new MutableLogEvent();
        event.setLevel(Level.WARN);
        event.setMessage(ReusableMessageFactory.INSTANCE.newMessage(form, values));

        String line = plain.toSerializable(event);

        assertThat(line).endsWith("refused file=a\"b reason=\"no \\\"x\\\" key=\\\\\" at=\"c\"\n");
    }

    @Test
    void onlyWarningsAndErrorsAreColoured() {
        LineLayout coloured = new LineLayout(new DefaultConfiguration(), new Terminal(true, true));

        assertThat(coloured.toSerializable(event(Level.WARN, "m").build())).contains("\033[33mWARN \033[0m");
        assertThat(coloured.toSerializable(event(Level.ERROR, "m").build())).contains("\033[31mERROR\033[0m");
        assertThat(coloured.toSerializable(event(Level.INFO, "m").build())).doesNotContain("\033");
    }

    private static Log4jLogEvent.Builder event(Level level, String message) {
        MutableInstant time = new MutableInstant();
        time.initFromEpochMilli(1767323045006L, 0);
        return Log4jLogEvent.newBuilder()
                .setInstant(time)
                .setLevel(level)
                .setLoggerName("dev.refractium.server.Refractium")
                .setMessage(new SimpleMessage(message));
    }
}
