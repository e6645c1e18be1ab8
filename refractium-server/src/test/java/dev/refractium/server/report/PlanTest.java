package dev.refractium.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void theConfigurationIsNamedFromTheRoot() {
        Path given = Path.of("etc", "..", "refractium.toml");

        Plan plan = new Plan(Optional.of(given), Optional.empty(), List.of(), 1, "", List.of(), List.of(), List.of());

        assertThat(plan.configuration()).contains(Path.of("refractium.toml").toAbsolutePath());
    }
}
