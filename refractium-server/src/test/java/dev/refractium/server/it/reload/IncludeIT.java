package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.Replaced;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a configuration includes are followed as its main file is. */
class IncludeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Refractium server;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectory(directory.resolve("conf.d"));
        write("refractium.toml", "include = \"conf.d/*.toml\"\n[server]\nhealth = \"off\"\n" + route("main"));
        write("conf.d/a.toml", route("a"));
        server = Refractium.builder()
                .io(TestedIo.name())
                .config(directory.resolve("refractium.toml"))
                .listen("127.0.0.1", 0)
                .drainTimeout(Duration.ZERO)
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void newAndChangedFilesAreFollowed() throws Exception {
        assertThat(routes()).containsExactly("main", "a");

        write("conf.d/b.toml", route("b"));
        await().atMost(PATIENCE).until(() -> routes().equals(List.of("main", "a", "b")));

        write("conf.d/a.toml", route("changed"));
        await().atMost(PATIENCE).until(() -> routes().equals(List.of("main", "changed", "b")));
    }

    @Test
    void refusedFileChangesNothingUntilItIsMended() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            write("conf.d/b.toml", route("b") + "[server\n");
            await().atMost(PATIENCE)
                    .until(() -> !log.lines("b.toml:5:8: syntax").isEmpty());
        }
        assertThat(routes()).containsExactly("main", "a");
        assertThat(server.status().state()).isEqualTo(Status.State.DEGRADED);

        write("conf.d/b.toml", route("b"));

        await().atMost(PATIENCE).until(() -> routes().equals(List.of("main", "a", "b")));
        assertThat(server.status().state()).isEqualTo(Status.State.READY);
    }

    @Test
    void fileThatIsNewlyIncludedAndRefusedIsFollowedToo() throws Exception {
        write("late.toml", "[server\n");
        try (CapturedLog log = new CapturedLog()) {
            write(
                    "refractium.toml",
                    "include = [\"conf.d/*.toml\", \"late.toml\"]\n[server]\nhealth = \"off\"\n" + route("main"));
            await().atMost(PATIENCE)
                    .until(() -> !log.lines("late.toml:1:8: syntax").isEmpty());
        }

        write("late.toml", route("late"));

        await().atMost(PATIENCE).until(() -> routes().equals(List.of("main", "a", "late")));
    }

    @Test
    void fileThatIsGoneOrCutShortIsIgnoredUntilAReloadIsRequested() throws Exception {
        String whole = route("a");
        Files.writeString(directory.resolve("conf.d/a.toml"), whole.substring(0, whole.length() - 3));
        await().atMost(PATIENCE).until(() -> reasons().contains("a.toml is cut short"));
        Files.writeString(directory.resolve("conf.d/a.toml"), "");
        await().atMost(PATIENCE).until(() -> reasons().contains("a.toml is empty"));
        Files.delete(directory.resolve("conf.d/a.toml"));
        await().atMost(PATIENCE).until(() -> reasons().contains("a.toml is gone"));
        assertThat(routes()).containsExactly("main", "a");

        server.reload();

        assertThat(routes()).containsExactly("main");
        assertThat(server.status().state()).isEqualTo(Status.State.READY);
    }

    private String reasons() {
        return server.status().reasons().toString();
    }

    private List<String> routes() {
        return server.plan().routes().stream()
                .filter(route -> route.transport().equals("tcp"))
                .map(route -> route.taken().split(" ", -1)[0])
                .toList();
    }

    private static String route(String name) {
        return "[[protocols]]\nname = \"%s\"\npatterns = [\"%s\"]\nforward_to = \"127.0.0.1:1\"\n"
                .formatted(name, name);
    }

    private void write(String name, String text) throws IOException {
        Path next = Files.writeString(directory.resolve("next"), text);
        Replaced.by(directory.resolve(name), next);
    }
}
