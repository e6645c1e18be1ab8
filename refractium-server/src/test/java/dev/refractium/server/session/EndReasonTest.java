package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.config.PoolRules;
import dev.refractium.server.config.ServerConfig;
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
