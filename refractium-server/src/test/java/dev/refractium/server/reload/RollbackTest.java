package dev.refractium.server.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.BuilderAccess;
import dev.refractium.server.Refractium;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.engine.ServerResources;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.it.support.Loaders;
import dev.refractium.server.it.support.Versions;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.RunningPlugins;
import dev.refractium.testkit.BytesPeek;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a rollback whose reload is refused. */
class RollbackTest {
    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final CompletableFuture<Long> REFUSED =
            CompletableFuture.failedFuture(new EnvironmentException("refused", null));

    @TempDir
    Path plugins;

    private final ByHand thread = new ByHand();
    private final List<LoadedPlugin> released = new ArrayList<>();
    private final List<Long> pauses = thread.pauses;
    private CompletableFuture<Long> outcome = REFUSED;
    private Runnable reload = () -> {};
    private int reloads;
    private long now;

    private final Rollback rollback = new Rollback(
            new ReloadThread(thread),
            () -> {
                reloads++;
                reload.run();
                return outcome;
            },
            released::add,
            () -> now);

    private ServerRequest request;
    private ServerResources prepared;
    private Generation first;
    private Generation second;

    @BeforeEach
    void replaceByAVersionThatThrows() throws Exception {
        Loaders.forget();
        request = BuilderAccess.request(Refractium.builder()
                .transports(Transport.TCP)
                .listen("127.0.0.1", 0)
                .defaultPlugins(plugins)
                .plugins(p -> p.rollbackWindow(WINDOW))
                .route("third", route -> route.to("127.0.0.1:9")));
        prepared = new ServerResources(request.resolver());
        Versions.jar(1).writeTo(plugins.resolve("third.jar"));
        first = new Draft(request, prepared).generation();
        Versions.faulty(2).writeTo(plugins.resolve("third.jar"));
        second = after(first);
        rollback.served(first.plugins(), second);
        for (int i = 0; i < 10; i++) {
            Protocol throwing = second.plugins().get(0).protocols().get(0);
            assertThatThrownBy(() -> throwing.identify(BytesPeek.tcp("!".getBytes(StandardCharsets.US_ASCII))))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
        prepared.close();
        thread.shutdownNow();
    }

    @Test
    void aRefusedReloadIsTriedAgainEverMoreRarely() throws Exception {
        for (int i = 0; i < 9; i++) {
            thread.runNext();
        }
        assertThat(reloads).isEqualTo(9);
        assertThat(pauses).startsWith(500L, 1_000L, 2_000L).endsWith(30_000L);
        assertThat(rollback.reasons()).isEmpty();
        assertThat(rollback.setbacks()).hasSize(1);
        assertThat(released).isEmpty();

        Generation third = after(second);
        outcome = CompletableFuture.completedFuture(3L);
        reload = () -> rollback.served(second.plugins(), third);
        thread.runNext();

        assertThat(third.plugins()).extracting(LoadedPlugin::version).containsExactly("1.0.1");
        assertThat(rollback.reasons()).hasSize(1);
        assertThat(released).isEmpty();
        assertThat(thread.tasks).isEmpty();
        third.close();
    }

    @Test
    void thePredecessorIsLetGoWhenTheTimeIsOver() {
        thread.runNext();
        now = WINDOW.toNanos();
        thread.runNext();

        assertThat(reloads).isOne();
        assertThat(rollback.setbacks()).isEmpty();
        assertThat(released).isEqualTo(first.plugins());
        assertThat(thread.tasks).isEmpty();
    }

    private Generation after(Generation before) throws Exception {
        RunningPlugins running = new RunningPlugins(before.plugins(), rollback.setbacks());
        return new Draft(request, prepared, Optional.of(new Draft.Before(before, Map.of())), running).generation();
    }

    /** Runs nothing by itself. */
    private static final class ByHand extends ScheduledThreadPoolExecutor {
        final Queue<Runnable> tasks = new ArrayDeque<>();
        final List<Long> pauses = new ArrayList<>();

        ByHand() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            tasks.add(task);
            pauses.add(unit.toMillis(delay));
            return super.schedule(() -> {}, delay, unit);
        }

        void runNext() {
            tasks.remove().run();
        }
    }
}
