package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Settings;
import dev.refractium.api.Tap;
import dev.refractium.server.Refractium;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.Replaced;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A hook's secret comes from a file, which is followed and shown nowhere. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
class SecretsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MARKER = "Zq9x-marker";

    @TempDir
    Path directory;

    private final List<String> secrets = new CopyOnWriteArrayList<>();
    private @Nullable Refractium server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void changedSecretIsReadAndAnUnchangedOneKeepsTheHook() throws Exception {
        write(MARKER + "1\n", "rw-------");
        Refractium running = start();

        write(MARKER + "2\n", "rw-------");
        await().atMost(PATIENCE).until(() -> secrets.contains(MARKER + "2"));
        long generation = running.reload();

        assertThat(running.status().generation()).isEqualTo(generation);
        assertThat(running.status().hooks()).containsOnlyKeys("audit");
        assertThat(started()).containsExactly(MARKER + "1", MARKER + "2");
    }

    @Test
    void secretAndVariableAreInNoOutput() throws Exception {
        write(MARKER, "rw-------");
        try (CapturedLog log = new CapturedLog()) {
            Refractium running = start();
            write(MARKER + "\n\nbad", "rw-------");
            await().atMost(PATIENCE)
                    .until(() -> !log.lines("hooks.audit.token: (secret) has two lines")
                            .isEmpty());
            assertThatThrownBy(running::reload)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageNotContaining(MARKER);
            write(MARKER + "3", "rw----r--");
            await().atMost(PATIENCE)
                    .until(() -> !log.lines("every user may read it; chmod o-r").isEmpty());
            write(MARKER, "rw-------");
            await().atMost(PATIENCE).until(() -> running.status().reasons().isEmpty());

            assertThat(running.status().toString()).doesNotContain(MARKER);
            assertThat(running.plan().toString()).doesNotContain(MARKER);
            assertThat(log.lines("")).noneMatch(line -> line.contains(MARKER));
        }
    }

    private List<String> started() {
        return secrets.stream().distinct().toList();
    }

    private Refractium start() throws Exception {
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                hooks = "audit"
                health = "off"
                [[protocols]]
                name = "x"
                patterns = ["X"]
                forward_to = "127.0.0.1:1"
                [hooks.audit]
                token_file = "${env:CREDENTIALS_DIRECTORY}/token"
                word = "${env:WORD}"
                """);
        Refractium started = Refractium.builder()
                .io(TestedIo.name())
                .config(directory.resolve("refractium.toml"))
                .environment(Map.of("CREDENTIALS_DIRECTORY", directory.toString(), "WORD", MARKER))
                .listen("127.0.0.1", 0)
                .drainTimeout(Duration.ZERO)
                .hook("audit", new Audit())
                .start();
        server = started;
        return started;
    }

    private void write(String secret, String mode) throws IOException {
        Path next = Files.writeString(directory.resolve("next"), secret);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(mode));
        Replaced.by(directory.resolve("token"), next);
    }

    /** Records the secrets that it was configured with. */
    private final class Audit implements Hook {
        @Override
        public String name() {
            return "audit";
        }

        @Override
        public @Nullable Tap open(Session session) {
            return null;
        }

        @Override
        public Hook configured(Settings settings) {
            settings.string("word", "");
            String token = settings.secret("token").orElse("");
            if (token.contains("\n")) {
                settings.problem("token", token + " has two lines");
            }
            secrets.add(token);
            return new Audit();
        }
    }
}
