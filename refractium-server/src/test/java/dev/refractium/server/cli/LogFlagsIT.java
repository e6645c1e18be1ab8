package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.refractium.server.it.support.Client;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the flags of the log do to a running server. */
class LogFlagsIT extends LaunchTesting {
    @Test
    void jsonIsAnObjectOnEachLine() throws Exception {
        configure("");

        List<JsonObject> lines = log("--log-format", "json", "--log-level", "debug").stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();

        assertThat(lines)
                .anySatisfy(line -> {
                    assertThat(line.get("level").getAsString()).isEqualTo("DEBUG");
                    assertThat(line.get("message").getAsString()).startsWith("session routed id=");
                    assertThat(line.getAsJsonObject("fields").get("route").getAsString())
                            .isEqualTo("one");
                })
                .allSatisfy(line -> assertThat(line.get("time").getAsString()).endsWith("Z"));
    }

    @Test
    void aPartHasALevelOfItsOwn() throws Exception {
        configure("");

        List<String> lines = log("--log-level", "error", "--log-level", "session=debug");

        assertThat(lines).isNotEmpty().allMatch(line -> line.contains(" DEBUG "));
        assertThat(lines).anyMatch(line -> line.contains("session routed id="));
    }

    @Test
    void theJournalGetsPriorities() throws Exception {
        configure("");
        String stream = "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) && export JOURNAL_STREAM";

        try (Launched server = Launched.behind(directory, stream)) {
            server.address();
            server.signal("TERM").exitCode();

            assertThat(server.err().lines()).isNotEmpty().allMatch(line -> line.startsWith("<6>"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --log-level=verbose   | "verbose" is no level; write error, warn, info or debug
            --log-level=tpc=debug | the server has no part "tpc"
            --log-level==debug    | the server has no part ""
            --log-format=xml      | --log-format is "xml"; write text or json
            """)
    void whatCannotBeMeantIsRefused(String flag, String message) throws Exception {
        try (Launched refused = launch(flag)) {
            assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(refused.err()).contains(message);
        }
    }

    /** The log of a server that has served one session. */
    private List<String> log(String... flags) throws Exception {
        try (Launched server = launch(flags);
                Client client = Client.to(server.address())) {
            client.send("ONE").read(11);
            client.finish().rest();
            server.signal("TERM").exitCode();
            return server.err().lines().toList();
        }
    }
}
