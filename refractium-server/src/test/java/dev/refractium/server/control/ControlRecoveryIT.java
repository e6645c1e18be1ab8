package dev.refractium.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.control.ControlServer.Limits;
import dev.refractium.server.files.SocketFile;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.FailingThreads;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A control socket answers again after it lost its threads, its file or its directory for a moment. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it sets POSIX permissions")
class ControlRecoveryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Limits LIMITS = new Limits(PATIENCE, Duration.ofMillis(50));

    private final Recorded recorded = new Recorded();

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("c.sock");
    }

    @Test
    void acceptingStartsOnceAThreadIsAvailable() throws IOException {
        try (ControlServer server = start(FailingThreads.at(1))) {
            server.revive();

            assertThat(ControlClient.at(file).status()).startsWith("{\"state\"");
        }
    }

    @Test
    void revivingAServerThatAcceptsStartsNoThread() throws IOException {
        FailingThreads threads = FailingThreads.at();
        try (ControlServer server = start(threads)) {
            server.revive();

            assertThat(threads.made()).isEqualTo(1);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void clientWithoutAThreadIsRefusedAndTheNextIsServed() throws IOException {
        try (ControlServer server = start(FailingThreads.at(2))) {
            assertThat(ControlClient.at(file).status())
                    .contains("the server cannot answer just now: unable to create native thread");

            for (int i = 0; i < 2 * ControlClients.MOST_CLIENTS; i++) {
                assertThat(ControlClient.at(server.file()).status()).startsWith("{\"state\"");
            }
        }
    }

    @Test
    void deletedSocketIsCreatedAgainForItsOwnerOnly() throws IOException {
        try (ControlServer server = start(FailingThreads.at())) {
            Files.delete(file);

            awaitAnswer(file);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(server.file()).isEqualTo(file);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void deletedDefaultDirectoryIsCreatedAgainWithItsSocket() throws IOException {
        Path session = Files.createDirectory(
                directory.resolve("session").toAbsolutePath(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", session.toString());
        try (ControlServer server =
                ControlServer.start(() -> ControlPlace.usual(environment), recorded, LIMITS, FailingThreads.at())) {
            Path usual = server.file();
            assertThat(usual).startsWith(session);
            Files.delete(usual);
            Files.delete(usual.getParent());

            awaitAnswer(usual);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(usual.getParent())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void unavailableDirectoryIsTriedAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        ControlServer.Place place = () -> {
            if (asked.incrementAndGet() == 2) {
                throw new IllegalStateException("not now");
            }
            return file;
        };
        try (ControlServer server = ControlServer.start(place, recorded, LIMITS, FailingThreads.at())) {
            Files.delete(server.file());

            awaitAnswer(file);
            assertThat(asked).hasValue(3);
        }
    }

    @Test
    void socketPathTakenByAnotherServerIsLeftAlone() throws Exception {
        // The other one ends last: the socket of a dead server is one to replace.
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                ControlServer server = start(FailingThreads.at())) {
            Path elsewhere = directory.resolve("other.sock");
            other.bind(UnixDomainSocketAddress.of(elsewhere));
            Object identity = SocketFile.identity(elsewhere);
            // In one step: without ATOMIC_MOVE, the JDK removes the file first, and the server would make it anew.
            Files.move(elsewhere, server.file(), StandardCopyOption.ATOMIC_MOVE);

            await().during(LIMITS.look().multipliedBy(4))
                    .atMost(PATIENCE)
                    .until(() -> SocketFile.identity(file).equals(identity));
        }
        assertThat(file).exists();
    }

    @Test
    void closingLeaksNoDescriptorAndNoListener() throws IOException {
        start(FailingThreads.at()).close();
        int before = Descriptors.open();

        for (int i = 0; i < 10; i++) {
            start(FailingThreads.at()).close();
        }

        assertThat(Descriptors.open()).isEqualTo(before);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ControlClient.at(file).status())
                .withMessageContaining("there is no socket");
    }

    private ControlServer start(FailingThreads threads) throws IOException {
        return ControlServer.start(() -> file, recorded, LIMITS, threads);
    }

    private static void awaitAnswer(Path socket) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> ControlClient.at(socket).status().startsWith("{\"state\""));
    }
}
