package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Replaced;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of prefixes are followed as the configuration is, and what is not whole changes nothing. */
class PrefixesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CLIENT = "127.0.0.9";

    @TempDir
    Path directory;

    private TestBackend backend;
    private @Nullable Refractium server;

    @BeforeEach
    void startBackend() throws IOException {
        backend = TestBackend.named("b");
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        backend.close();
    }

    @Test
    void changeOfTheFileIsFollowedAndATornOneIsNot() throws Exception {
        Files.writeString(file(), "127.0.0.1\n");
        start("allow = \"@office.txt\"");
        try (Client inside = Client.from("127.0.0.1", address())) {
            assertThat(inside.send("X").read(3)).isEqualTo("b>X");
            assertThat(isServed()).isFalse();

            replace("127.0.0.1\n" + CLIENT + " # another\n");
            await().atMost(PATIENCE).until(this::isServed);

            try (CapturedLog log = new CapturedLog()) {
                Files.writeString(file(), "127.0.0.1\n10.0.0.0/");
                await().atMost(PATIENCE)
                        .until(() -> !log.lines("office.txt:2:1: prefix: the last line does not end")
                                .isEmpty());
                Files.delete(file());
                await().atMost(PATIENCE)
                        .until(() -> !log.lines("server.allow: cannot read the prefixes")
                                .isEmpty());
            }
            assertThat(isServed()).isTrue();
            assertThat(server().status().reasons().toString()).contains("office.txt");

            replace("127.0.0.1\n");
            await().atMost(PATIENCE).until(() -> !isServed());
            assertThat(inside.send("still").read(5)).isEqualTo("still");
        }
    }

    @Test
    void fileThatIsMissingAtAReloadIsReadOnceItIsThere() throws Exception {
        start("# nothing yet");
        assertThat(isServed()).isTrue();
        try (CapturedLog log = new CapturedLog()) {
            write("deny = \"@office.txt\"");
            await().atMost(PATIENCE)
                    .until(() ->
                            !log.lines("server.deny: cannot read the prefixes").isEmpty());
        }
        assertThat(isServed()).isTrue();

        replace(CLIENT + "\n");

        await().atMost(PATIENCE).until(() -> !isServed());
    }

    @Test
    void startWithoutTheFileIsRefused() throws Exception {
        assertThatThrownBy(() -> start("allow = [\"10.0.0.0/8\", \"@office.txt\"]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("refractium.toml:2:1: server.allow: cannot read the prefixes: " + file()
                        + ": no such file or directory");
    }

    private void start(String key) throws Exception {
        write(key);
        server = Refractium.builder()
                .io(TestedIo.name())
                .config(config())
                .listen("127.0.0.1", 0)
                .drainTimeout(Duration.ZERO)
                .protocol(PrefixProtocol.of("x", "X"))
                .start();
    }

    private void write(String key) throws IOException {
        Replaced.with(config(), """
                [server]
                %s
                health = "off"
                [[protocols]]
                name = "x"
                forward_to = "%s"
                """.formatted(key, backend.address()));
    }

    private void replace(String text) throws IOException {
        Replaced.with(file(), text);
    }

    private Path config() {
        return directory.resolve("refractium.toml");
    }

    private Path file() {
        return directory.resolve("office.txt");
    }

    private Refractium server() {
        return Objects.requireNonNull(server);
    }

    private InetSocketAddress address() {
        return server().tcp().orElseThrow();
    }

    private boolean isServed() {
        try (Client client = Client.from(CLIENT, address())) {
            return client.send("X").read(3).equals("b>X");
        } catch (IOException e) {
            return false;
        }
    }
}
