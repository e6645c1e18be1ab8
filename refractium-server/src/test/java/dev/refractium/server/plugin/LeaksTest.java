package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaksTest extends LoadingTest {
    private static final String KEY = "dev.refractium.test.leak";

    private final AtomicLong clock = new AtomicLong();
    private final Leaks leaks = new Leaks(Duration.ofNanos(10), clock::get);

    @Test
    void pluginThatLeavesItselfBehindIsCountedOnceItIsOverdue() {
        close("public R() { System.getProperties().put(\"" + KEY + "\", getClass()); }");
        try {
            System.gc();
            assertThat(leaks.check()).isZero();

            clock.set(10);
            System.gc();

            assertThat(leaks.check()).isEqualTo(1);
            assertThat(leaks.uncollected()).isEqualTo(1);
        } finally {
            System.getProperties().remove(KEY);
        }
        awaitNone();
    }

    @Test
    void pluginThatLeavesNothingBehindIsForgotten() {
        close("");
        clock.set(10);

        awaitNone();
        assertThat(leaks.check()).isZero();
    }

    private void close(String constructor) {
        Recogniser.jar("leaving", constructor.replace("R()", "Recogniser()")).writeTo(directory.resolve("plugin.jar"));
        PluginScan scan = load();
        List<LoadedPlugin> plugins = scan.accepted();
        leaks.watch(plugins);
        scan.close();
        leaks.watch(plugins);
    }

    private void awaitNone() {
        await().pollInterval(Duration.ofMillis(50)).until(() -> {
            System.gc();
            return leaks.uncollected() == 0;
        });
    }
}
