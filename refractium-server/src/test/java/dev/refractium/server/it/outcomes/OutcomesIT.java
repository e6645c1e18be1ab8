package dev.refractium.server.it.outcomes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.session.EndReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each reason that a session ends for has a row on the page of outcomes, and is counted under its name by the status and
 * the metrics and told to hooks, which is what an access log writes.
 */
class OutcomesIT {
    /** What cannot be provoked here, and why. */
    private static final Map<EndReason, String> NOT_PROVOKED = Map.of(
            EndReason.NO_DESCRIPTOR, "takes a process of its own that is out of descriptors: WithoutDescriptorsIT",
            EndReason.NO_LOCAL_PORT, "takes a machine without a free port: DialTest has the failed connect",
            EndReason.LOCAL_ERROR, "takes a kernel that fails a call: DialTest has the failed connect",
            EndReason.BACKEND_MOVED, "takes ten seconds without an answer: UdpMovesIT");

    /** What hooks are not told: load balancers probe for ever. */
    private static final Set<EndReason> NOT_TOLD = EnumSet.of(EndReason.PROXY_PROBE);

    @TempDir
    Path directory;

    static Set<EndReason> provoked() {
        EnumSet<EndReason> reasons = EnumSet.allOf(EndReason.class);
        reasons.removeAll(NOT_PROVOKED.keySet());
        return reasons;
    }

    @ParameterizedTest
    @MethodSource("provoked")
    void endIsCountedUnderItsReasonInEachView(EndReason why) throws Exception {
        assertThat(Provocations.OF).as("a provocation of a reason that is new").containsKey(why);
        Provocations.Provocation provocation = Objects.requireNonNull(Provocations.OF.get(why));
        try (Scene scene = new Scene(directory)) {
            provocation.in(scene);

            await().untilAsserted(() -> assertThat(scene.counted()).containsKey(why.label()));
            assertThat(scene.hasMetric(why.label())).as("metric").isTrue();
            await().untilAsserted(() -> assertThat(scene.isTold(why.label()) || NOT_TOLD.contains(why))
                    .as("told to hooks")
                    .isTrue());
        }
    }

    @Test
    void pageOfOutcomesHasARowForEachReasonAndNoOther() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "configuration", "outcomes.md"));
        String causes = page.substring(page.indexOf("\n| cause |"), page.indexOf("The log sums up"));

        assertThat(causes.lines()
                        .filter(line -> line.startsWith("| `"))
                        .flatMap(line -> line.substring(0, line.indexOf(" | ")).lines())
                        .flatMap(cell -> Arrays.stream(cell.split("`")))
                        .filter(word -> word.matches("[a-z-]{3,}")))
                .containsExactlyInAnyOrderElementsOf(EnumSet.allOf(EndReason.class).stream()
                        .map(EndReason::label)
                        .toList());
    }

    @Test
    void noReasonIsBothProvokedAndNamedAsOneThatIsNot() {
        assertThat(Provocations.OF).doesNotContainKeys(NOT_PROVOKED.keySet().toArray(EndReason[]::new));
    }
}
