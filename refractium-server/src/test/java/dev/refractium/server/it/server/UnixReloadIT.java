package dev.refractium.server.it.server;

import static dev.refractium.server.it.support.UnixServer.sendAndFinish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UnixBackend;
import dev.refractium.server.it.support.UnixServer;
import dev.refractium.server.report.Status;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners at Unix sockets while the server runs: reloads, and files that vanish. */
class UnixReloadIT {
    private static final String KINDS = "dev.refractium.server.it.support.TestedIo#kinds";

    private UnixServer unix;

    @BeforeEach
    void create() throws Exception {
        unix = new UnixServer();
    }

    @AfterEach
    void delete() throws Exception {
        unix.close();
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void reloadKeepsMovesAndRemovesSockets(String io) throws Exception {
        try (Refractium server =
                unix.start(io, unix.listener("app", "") + unix.listener("old", "") + unix.fallback())) {
            Object before = unix.key("app");
            SocketChannel open = unix.connect("old");
            UnixBackend.send(open, "x");
            await().until(() -> server.status().sessions() == 1);

            unix.write(unix.listener("app", "") + unix.listener("new", "") + unix.fallback());
            server.reload();

            assertThat(unix.key("app")).isEqualTo(before);
            assertThat(unix.path("old")).doesNotExist();
            assertThat(unix.isServed("app")).isTrue();
            assertThat(unix.isServed("new")).isTrue();
            sendAndFinish(open, "");
            assertThat(UnixBackend.rest(open)).isEqualTo("b>x");
            open.close();
        }
        assertThat(unix.directory().resolve("new")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void newModeLosesNoClient(String io) throws Exception {
        try (Refractium server = unix.start(io, unix.listener("app", "") + unix.fallback())) {
            AtomicBoolean over = new AtomicBoolean();
            List<Boolean> served = new ArrayList<>();
            Thread clients = new Thread(() -> {
                while (!over.get()) {
                    served.add(unix.isServed("app"));
                }
            });
            clients.start();
            for (int i = 0; i < 20; i++) {
                unix.write(unix.listener("app", "mode = \"" + (i % 2 == 0 ? "0660" : "0600") + "\"") + unix.fallback());
                server.reload();
            }
            over.set(true);
            clients.join();

            System.out.printf("unix socket replaced 20 times on %s: %d clients served%n", io, served.size());
            assertThat(served).isNotEmpty().doesNotContain(false);
            assertThat(unix.mode("app")).isEqualTo("rw-------");
        }
    }

    @Test
    void reloadThatFailsLeavesTheSocket() throws Exception {
        Files.writeString(unix.path("file"), "mine");
        try (Refractium server = unix.start(TestedIo.name(), unix.listener("app", "") + unix.fallback())) {
            Object before = unix.key("app");
            unix.write(unix.listener("app", "mode = \"0666\"") + unix.listener("file", "") + unix.fallback());

            assertThatThrownBy(server::reload).isInstanceOf(StartException.class);

            assertThat(unix.key("app")).isEqualTo(before);
            assertThat(unix.mode("app")).isEqualTo("rw-------");
            assertThat(unix.isServed("app")).isTrue();
            try (Stream<Path> left = Files.list(unix.directory())) {
                assertThat(left.map(Path::getFileName).map(Path::toString))
                        .containsExactlyInAnyOrder("app", "file", "refractium.toml");
            }
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void socketThatVanishesIsMadeAnew(String io) throws Exception {
        try (Refractium server = unix.start(io, unix.listener("app", "mode = \"0660\"") + unix.fallback())) {
            Files.delete(unix.path("app"));

            await().until(() -> Files.exists(unix.path("app")));

            assertThat(unix.isServed("app")).isTrue();
            assertThat(unix.mode("app")).isEqualTo("rw-rw----");
            assertThat(server.status().state()).isNotEqualTo(Status.State.NOT_READY);
        }
    }

    @Test
    void placeThatAnotherTakesIsReportedAndLeftAlone() throws Exception {
        try (Refractium server = unix.start(TestedIo.name(), unix.listener("app", "") + unix.fallback())) {
            Files.delete(unix.path("app"));
            Files.writeString(unix.path("app"), "mine");

            await().until(() -> server.status().state() == Status.State.NOT_READY);
            assertThat(server.status().reasons())
                    .containsExactly("listener tcp unix:" + unix.path("app") + " is not found by clients: "
                            + unix.path("app") + ": is there and is no socket; name another file");
            assertThat(unix.path("app")).hasContent("mine");

            Files.delete(unix.path("app"));
            await().until(() -> server.status().state() != Status.State.NOT_READY);
            assertThat(unix.isServed("app")).isTrue();
        }
        assertThat(unix.path("app")).doesNotExist();
    }
}
