package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.NullConfiguration;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.impl.MutableLogEvent;
import org.apache.logging.log4j.core.time.MutableInstant;
import org.apache.logging.log4j.message.ReusableMessageFactory;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private final JsonLines lines = new JsonLines(new NullConfiguration());

    @Test
    void anEventIsAnObjectOnOneLine() {
        String line = lines.of(
                event().setMessage(new SimpleMessage("draining sessions=3")).build());

        assertThat(line).isEqualTo("""
                {"time":"2026-01-02T03:04:05.006Z","level":"WARN","logger":"dev.refractium.server.Refractium",\
                "message":"draining sessions=3"}
                """);
    }

    @Test
    void valuesThatTheMessageNamesAreFieldsToo() {
        // As a running log has it, which uses its objects again.
        MutableLogEvent event = new MutableLogEvent();
        event.setLevel(Level.WARN);
        event.setMessage(ReusableMessageFactory.INSTANCE.newMessage(
                "refused {} file={} reason=\"{}\"", "a plugin", "a.jar", "no \"x\""));

        JsonObject object = JsonParser.parseString(lines.of(event)).getAsJsonObject();

        assertThat(object.get("message").getAsString())
                .isEqualTo("refused a plugin file=a.jar reason=\"no \\\"x\\\"\"");
        assertThat(object.get("fields")).hasToString("{\"file\":\"a.jar\",\"reason\":\"no \\\"x\\\"\"}");
    }

    @Test
    void noCharacterOfAStrangerReachesATerminal() {
        String hostile = "a\u001b[31mb\r\nc\u009bd\u202ee\u0000f";
        String line = lines.of(event().setMessage(new SimpleMessage(hostile))
                .setThrown(new IllegalStateException(hostile))
                .build());

        assertThat(line.stripTrailing().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
        JsonObject object = JsonParser.parseString(line).getAsJsonObject();
        assertThat(object.get("message").getAsString()).isEqualTo("a\\x1b[31mb\\x0d\\x0ac\\x9bd\\u{202e}e\\x00f");
        assertThat(object.get("thrown").getAsString())
                .startsWith("java.lang.IllegalStateException: a\\x1b[31mb")
                .contains("\n    at " + getClass().getName());
    }

    private static Log4jLogEvent.Builder event() {
        MutableInstant time = new MutableInstant();
        time.initFromEpochMilli(1767323045006L, 0);
        return Log4jLogEvent.newBuilder()
                .setInstant(time)
                .setLevel(Level.WARN)
                .setLoggerName("dev.refractium.server.Refractium");
    }
}
