package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.config.PoolRules;
import dev.refractium.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndReasonTest {
    @Test
    void limitThatASessionMetIsAKeyOfTheConfiguration() {
        Set<String> keys = new HashSet<>(ServerConfig.keys());
        keys.addAll(PoolRules.keys());

        assertThat(Arrays.stream(EndReason.values()).map(EndReason::limit).filter(key -> !key.isEmpty()))
                .contains("max_connections", "max_connections_per_ip", "udp_max_sessions", "udp_max_sessions_per_ip")
                .isSubsetOf(keys);
    }

    @Test
    void documentHasEachCauseOnce() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "configuration", "outcomes.md"));
        String causes = page.substring(page.indexOf("## Causes"), page.indexOf("## Clients that"));

        assertThat(causes.lines()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.split("\\|", -1)[1])
                        .flatMap(cell -> Arrays.stream(cell.split(",", -1)))
                        .map(cause -> cause.strip().replace("`", "")))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(EndReason.values()).map(EndReason::label).toList());
    }

    @Test
    void everyEndOverALimitNamesIt() {
        assertThat(Arrays.stream(EndReason.values()).filter(end -> end.name().startsWith("OVER_")))
                .allSatisfy(end -> {
                    assertThat(end.limit()).isNotEmpty();
                    assertThat(end.isSummarised()).isTrue();
                });
    }

    @Test
    void answeredFlowThatGaveWayIsNotCountedAmongTheUnserved() {
        assertThat(EndReason.GAVE_WAY.isSummarised()).isFalse();
    }
}
