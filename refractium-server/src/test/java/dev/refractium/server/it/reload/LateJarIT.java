package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Settings;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.Versions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JAR that comes when the directory has been listed, and before the server serves, is followed all the same. */
class LateJarIT {
    @TempDir
    Path directory;

    private Path plugins;
    private Path jar;

    @BeforeEach
    void makeTheJar() throws IOException {
        plugins = Files.createDirectory(directory.resolve("plugins"));
        jar = Versions.jar(1).writeTo(directory.resolve("third.jar"));
    }

    @Test
    void jarThatArrivesDuringTheStartIsLoadedSoon() throws Exception {
        RefractiumBuilder builder = TestedIo.server()
                .listen("127.0.0.1", 0)
                .plugins(plugins)
                .hotReload(true)
                .hook("late", new Copying())
                .hooks("late")
                .fallback(Transport.TCP, "127.0.0.1:9");
        try (Refractium server = builder.start()) {
            await().atMost(Duration.ofSeconds(12))
                    .untilAsserted(() -> assertThat(server.plan().plugins()).hasSize(1));
        }
    }

    /** Is configured after the plugins have been scanned. */
    private final class Copying implements Hook {
        @Override
        public String name() {
            return "late";
        }

        @Override
        public Hook configured(Settings settings) {
            try {
                if (Files.exists(jar)) {
                    Files.move(jar, plugins.resolve("third.jar"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        @Override
        public @Nullable Tap open(Session session) {
            return null;
        }
    }
}
