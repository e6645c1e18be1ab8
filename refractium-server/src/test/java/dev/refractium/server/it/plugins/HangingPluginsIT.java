package dev.refractium.server.it.plugins;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.control.RequestRefusedException;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.HangingPlugin;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.report.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that does not return from a method of its life cycle costs neither reloads nor the end of the server. */
class HangingPluginsIT {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private TestBackend backend;
    private @Nullable Proxy proxy;

    @BeforeEach
    void startBackend() throws Exception {
        HangingPlugin.letGo();
        backend = TestBackend.named("b");
        HangingPlugin.jar("1.0.0").writeTo(jar());
    }

    @AfterEach
    void stop() throws Exception {
        HangingPlugin.letGo();
        if (proxy != null) {
            proxy.close();
        }
        backend.close();
    }

    @Test
    void hangingStopIsNamedInTheStatusAndReloadsWork() throws Exception {
        Refractium server = start(SHORT);
        HangingPlugin.hangIn("stop");

        for (int version = 2; version <= 4; version++) {
            HangingPlugin.jar(version + ".0.0").writeTo(jar());
            assertThat(server.reload()).isEqualTo(version);
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(reasons(server))
                        .contains(
                                "plugin hanging 1.0.0 stop() has not returned for",
                                "plugin hanging 2.0.0 stop() has not returned for",
                                "plugin hanging 3.0.0 stop() has not returned for"));
        assertThat(server.status().state()).isEqualTo(Status.State.DEGRADED);
        assertThat(server.status().uncollectedPlugins()).isEqualTo(3);
        serves();
        HangingPlugin.letGo();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.status().reasons()).isEmpty());
        await().atMost(PATIENCE).until(() -> {
            System.gc();
            return server.status().uncollectedPlugins() == 0;
        });
    }

    @Test
    void jarWithAHangingStartIsLeftOutAndTheNextOneServes() throws Exception {
        Refractium server = start(SHORT);
        HangingPlugin.hangIn("start");
        HangingPlugin.jar("2.0.0").writeTo(jar());

        assertThatThrownBy(server::reload)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("plugin hanging 2.0.0 start() has not returned within 2s, call_timeout");

        assertThat(reasons(server)).contains("plugin hanging 2.0.0 start() has not returned for ");
        serves();
        HangingPlugin.letGo();
        assertThat(server.reload()).isEqualTo(2);
        serves();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.status().reasons()).isEmpty());
    }

    @Test
    void reloadWithAHangingConfigurationOfAPluginIsRefused() throws Exception {
        Refractium server = start(SHORT);
        for (String method : new String[] {"configured", "hookConfigured", "bytes"}) {
            HangingPlugin.hangIn(method);
            // Another JAR is called anew; a hook of a shared JAR need not be.
            HangingPlugin.jar("2.0." + method.length()).writeTo(jar());

            assertThatThrownBy(server::reload)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("plugin hanging 2.0." + method.length())
                    .hasMessageContaining("has not returned within 2s, call_timeout of [plugins]");

            assertThat(server.status().generations()).hasSize(1);
            HangingPlugin.letGo();
        }
        assertThat(server.reload()).isEqualTo(2);
        serves();
    }

    @Test
    void hangingCloseOfAHookIsNamedInTheStatusAndReloadsWork() throws Exception {
        Refractium server = start(SHORT);
        HangingPlugin.hangIn("close");
        HangingPlugin.jar("2.0.0").writeTo(jar());

        server.reload();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(reasons(server))
                        .contains("plugin hanging 1.0.0 hook watching close() has not returned for "));
        HangingPlugin.jar("3.0.0").writeTo(jar());
        assertThat(server.reload()).isEqualTo(3);
        serves();
    }

    @Test
    void reloadBehindAHangingPluginReportsItAndClosingReleasesBoth() throws Exception {
        Refractium server = start(Duration.ofMinutes(10));
        HangingPlugin.hangIn("start");
        HangingPlugin.jar("2.0.0").writeTo(jar());
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> reload(server));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(reasons(server)).contains("plugin hanging 2.0.0 start() has not returned for "));

        assertThatThrownBy(() -> server.administration().reload())
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageMatching("a reload is under way: plugin hanging 2\\.0\\.0 start\\(\\) for \\d+s, of 10m at"
                        + " most; your reload is queued, and `refractium status` shows its result");
        long begin = System.nanoTime();
        server.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(first).failsWithin(PATIENCE);
        assertThatThrownBy(() -> server.administration().reload()).hasMessageContaining("the server is ending");
    }

    @Test
    void closeWaitsForAHangingStopForSomeSecondsOnly() throws Exception {
        Refractium server = start(Duration.ofMinutes(10));
        HangingPlugin.hangIn("stop");
        long begin = System.nanoTime();

        server.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(15));
    }

    @Test
    void everyLifeCycleMethodRunsOnAThreadOfItsPluginWithItsClassLoader() throws Exception {
        Refractium server = start(PATIENCE);
        server.close();

        String own = " refractium-plugin-hanging true";
        assertThat(HangingPlugin.called())
                .contains("start" + own, "protocol" + own, "name" + own, "canStartWith" + own, "configured" + own)
                .contains("hook" + own, "hookName" + own, "hookConfigured" + own, "bytes" + own, "overflow" + own)
                .contains("stop" + own, "close refractium-hook-watching-end true")
                .allSatisfy(call -> assertThat(call).containsAnyOf(own, "refractium-hook-watching-"));
    }

    private Refractium start(Duration callTimeout) throws Exception {
        Proxy started = Proxy.of(
                Proxy.builder()
                        .plugins(directory)
                        .hotReload(false)
                        .plugins(plugins -> plugins.callTimeout(callTimeout))
                        .route("hanging", r -> r.to(backend.address()).hooks("watching")),
                backend);
        proxy = started;
        return started.server();
    }

    private Path jar() {
        return directory.resolve("hanging.jar");
    }

    private void serves() throws Exception {
        try (Client client = requireNonNull(proxy).connect()) {
            assertThat(client.send("x").read(3)).isEqualTo("b>x");
        }
    }

    private static String reasons(Refractium server) {
        return String.join("\n", server.status().reasons());
    }

    private static long reload(Refractium server) {
        try {
            return server.reload();
        } catch (ConfigException | StartException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }
}
