package dev.refractium.server.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.config.Config;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.limit.Gate;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.plugin.PluginScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GenerationsTest {
    private static final int THREADS = 4;
    private static final int PUBLISHED = Full.is() ? 20_000 : 5_000;

    private final ConcurrentHashMap<Long, AtomicInteger> retired = new ConcurrentHashMap<>();
    private final Generations generations = new Generations(generation(1), this::retired);

    @Test
    void sessionKeepsItsGeneration() {
        Generation first = generations.lease();

        generations.publish(generation(2));

        assertThat(first.number()).isEqualTo(1);
        assertThat(first.sessions()).isEqualTo(1);
        assertThat(generations.lease().number()).isEqualTo(2);
        assertThat(generations.live()).extracting(Generation::number).containsExactly(1L, 2L);
        assertThat(retired).isEmpty();
    }

    @Test
    void oldGenerationRetiresWithItsLastLeaseOrAtOnceWithoutLeases() {
        Generation first = generations.lease();
        generations.publish(generation(2));
        generations.publish(generation(3));
        assertThat(retired.keySet()).containsExactly(2L);

        generations.release(first);

        assertThat(retired.keySet()).containsExactlyInAnyOrder(1L, 2L);
        assertThat(first.lease()).as("a retired one is never leased").isFalse();
        assertThat(generations.current().sessions()).isZero();
    }

    @Test
    void retiredGenerationIsNotLeasedAndRetiresOnce() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            results.add(threads.submit((Callable<Integer>) () -> leaseUntil(ended)));
        }

        for (int number = 2; number <= PUBLISHED; number++) {
            generations.publish(generation(number));
        }
        ended.set(true);
        int late = 0;
        for (Future<Integer> result : results) {
            late += result.get();
        }
        threads.shutdown();

        assertThat(late).isZero();
        assertThat(retired).hasSize(PUBLISHED - 1);
        assertThat(retired.values()).allSatisfy(times -> assertThat(times.get()).isEqualTo(1));
    }

    /** How often a lease was of one that had retired. */
    private int leaseUntil(AtomicBoolean ended) {
        int late = 0;
        while (!ended.get()) {
            Generation leased = generations.lease();
            late += retired.containsKey(leased.number()) ? 1 : 0;
            generations.release(leased);
        }
        return late;
    }

    private void retired(Generation over) {
        retired.computeIfAbsent(over.number(), number -> new AtomicInteger()).incrementAndGet();
        generations.forget(over);
    }

    private static Generation generation(long number) {
        Generation.Source source =
                new Generation.Source(new Config(ServerConfig.defaults(), List.of()), Optional.empty(), List.of());
        return new Generation(
                number,
                source,
                new Tables(
                        Map.of(),
                        new ServerGates(new Gate(Gate.Rules.NONE), new SessionLimits.RelayLimits(1, 1, 1, 1, 0, 1))),
                new GenerationParts(PluginScan.NONE, List.of(), Refusals.NONE, new PluginCalls(), Map.of()));
    }
}
