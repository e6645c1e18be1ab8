package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.Versions;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A reload applies as a whole or not at all, is shared by waiting callers, and happens only on request or change. */
class ReloadIT extends ReloadTesting {
    @Test
    void failedReloadChangesNothingAndTheNextGoodOneApplies() throws Exception {
        int before = Descriptors.open();
        Files.writeString(site.config(), site.text("nonsense = 1"));
        assertThatThrownBy(() -> site.server().reload()).isInstanceOf(ConfigException.class);
        Files.writeString(site.jar(), "no JAR");
        Files.writeString(site.config(), site.text(""));
        assertThatThrownBy(() -> site.server().reload()).isInstanceOf(ConfigException.class);

        assertThat(site.generation()).isEqualTo(1);
        assertThat(site.greeting()).isEqualTo("1");
        assertThat(site.server().status().lastReload().orElseThrow().problems()).isNotEmpty();
        assertThat(site.server().status().reasons()).isNotEmpty();
        await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(before + 4));
        Versions.jar(2).writeTo(site.jar());
        assertThat(site.server().reload()).isEqualTo(2);
        assertThat(site.server().status().reasons()).isEmpty();
        assertThat(site.greeting()).isEqualTo("2");
    }

    @Test
    void concurrentCallsShareTheWaitingReload() throws Exception {
        int callers = 40;
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        Set<Long> numbers = new HashSet<>();

        List<Callable<Long>> calls = IntStream.range(0, callers)
                .mapToObj(i -> (Callable<Long>) () -> site.server().reload())
                .toList();
        for (Future<Long> number : threads.invokeAll(calls)) {
            numbers.add(number.get());
        }
        threads.shutdown();

        assertThat(numbers).hasSizeLessThan(callers).contains(site.generation());
    }

    @Test
    void filesAreNotWatchedIfHotReloadIsOff() {
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .contains("refractium-watchdog")
                .doesNotContain("refractium-watch"));
    }
}
