package dev.refractium.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {
    record Empty() {}

    record Small(int number, boolean isOn, Optional<String> missing, List<Long> list, Map<String, Integer> map) {}

    @Test
    void recordComponentsKeepTheirOrderInSnakeCase() {
        String json = Json.of(new Small(1, true, Optional.empty(), List.of(2L, 3L), Map.of("a b", 4)));

        assertThat(json).isEqualTo("{\"number\":1,\"is_on\":true,\"missing\":null,\"list\":[2,3],\"map\":{\"a b\":4}}");
    }

    @Test
    void timesHaveMilliseconds() {
        assertThat(Json.of(Map.of("at", Instant.parse("2026-11-23T10:00:00.123456789Z"))))
                .isEqualTo("{\"at\":\"2026-11-23T10:00:00.123Z\"}");
    }

    @Test
    void emptyObjectsAndArraysAreClosed() {
        assertThat(Json.of(new Empty())).isEqualTo("{}");
        assertThat(Json.of(Map.of("l", List.of(), "m", Map.of()))).contains("\"l\":[]", "\"m\":{}");
    }

    @Test
    void gsonReadsEveryMemberOfAStatusReport() {
        JsonObject status =
                JsonParser.parseString(Json.of(Recorded.report("r"))).getAsJsonObject();

        assertThat(status.keySet())
                .containsExactly(
                        "state",
                        "reasons",
                        "pid",
                        "since",
                        "generation",
                        "configuration",
                        "sessions",
                        "listeners",
                        "generations",
                        "routes",
                        "plugins",
                        "uncollected_plugins",
                        "hooks",
                        "backends",
                        "names",
                        "pools",
                        "memory",
                        "last_reload",
                        "counters");
        assertThat(status.get("state").getAsString()).isEqualTo("degraded");
        assertThat(status.get("since").getAsString()).isEqualTo("2026-11-23T10:00:00Z");
        assertThat(status.getAsJsonObject("counters").toString()).isEqualTo("{\"a\":1,\"b\":2}");
        assertThat(status.getAsJsonObject("hooks").getAsJsonObject("log").toString())
                .isEqualTo("{\"opened\":5,\"missed\":0,\"chunks\":3,\"bytes\":30,\"lost_chunks\":1,\"lost_bytes\":10,"
                        + "\"faults\":2,\"ejected\":true,\"memory\":0}");
        assertThat(status.getAsJsonObject("memory").toString())
                .isEqualTo("{\"peek_memory\":{\"held\":1,\"limit\":10},\"relay_memory\":{\"held\":2,\"limit\":20}}");
        assertThat(status.getAsJsonObject("last_reload").get("outcome").getAsString())
                .isEqualTo("applied");
    }

    @Test
    void controlCharactersAreEscaped() {
        String json = Json.of("error", "\u001b[31m \n \u202e \"quoted\" \\ \u0000");

        assertThat(json.chars()).noneMatch(c -> c < ' ' || c == 0x202e);
        assertThat(JsonParser.parseString(json).getAsJsonObject().get("error").getAsString())
                .isEqualTo("\\x1b[31m \\x0a \\u{202e} \"quoted\" \\ \\x00");
    }
}
