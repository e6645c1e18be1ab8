package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SharedTest {
    private final List<String> closed = new ArrayList<>();
    private final List<String> over = new ArrayList<>();
    private final Object brought = new Object();
    private final Shared<String> shared = new Shared<>(recipe("one", brought, 1), "live", new Life());

    @Test
    void anInstanceIsSharedWhileJarAndTableAreUnchanged() {
        assertThat(Shared.among(List.of(shared), recipe("one", brought, 1))).containsSame(shared);
        assertThat(Shared.among(List.of(shared), recipe("two", brought, 1))).isEmpty();
        assertThat(Shared.among(List.of(shared), recipe("one", new Object(), 1)))
                .isEmpty();
        assertThat(Shared.among(List.of(shared), recipe("one", brought, 2))).isEmpty();
    }

    @Test
    void theLastGenerationClosesIt() {
        assertThat(Shared.among(List.of(shared), recipe("one", brought, 1))).isPresent();

        assertThat(shared.close(Duration.ZERO)).isCompleted();
        assertThat(closed).isEmpty();
        assertThat(shared.close(Duration.ZERO)).isCompleted();
        assertThat(closed).containsExactly("live");
        assertThat(Shared.among(List.of(shared), recipe("one", brought, 1))).isEmpty();
    }

    @Test
    void anInstanceThatIsOverIsNotSharedAgain() {
        over.add("live");

        assertThat(Shared.among(List.of(shared), recipe("one", brought, 1))).isEmpty();
    }

    private static Shared.Recipe recipe(String name, Object brought, int setting) {
        return new Shared.Recipe(name, brought, Map.of("setting", setting));
    }

    private final class Life implements Shared.Life<String> {
        @Override
        public boolean isOver(String live) {
            return over.contains(live);
        }

        @Override
        public CompletableFuture<Void> close(String live, Duration grace) {
            closed.add(live);
            return CompletableFuture.completedFuture(null);
        }
    }
}
