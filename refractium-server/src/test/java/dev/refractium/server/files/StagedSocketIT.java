package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The file of a socket at each step of its making, with another server that takes its place. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no modes there")
class StagedSocketIT {
    @TempDir
    private Path directory;

    private Path place;
    private StagedSocket socket;
    private ServerSocketChannel own;

    @BeforeEach
    void bind() throws IOException {
        place = directory.resolve("s");
        socket = StagedSocket.prepare(place, identity -> false);
        own = listening(socket.staged());
        socket.bound(StagedSocket.Rights.PRIVATE);
    }

    @AfterEach
    void close() throws IOException {
        own.close();
    }

    @Test
    void isFoundAtItsPlaceOnceItIsPublishedAndLeavesNothing() throws IOException {
        assertThat(place).doesNotExist();
        assertThat(mode(socket.staged().resolveSibling("."))).isEqualTo("rwx------");

        socket.publish(identity -> false);

        assertThat(socket.isInPlace()).isTrue();
        assertThat(SocketFile.answers(place)).isTrue();
        assertThat(mode(place)).isEqualTo("rw-------");
        socket.remove();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void placeThatAnotherServerTakesMeanwhileIsLeftAlone() throws IOException {
        try (ServerSocketChannel other = listening(place)) {
            assertThatThrownBy(() -> socket.publish(identity -> false))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("is the socket of a server that runs");
            assertThat(socket.isInPlace()).isFalse();

            socket.remove();

            assertThat(SocketFile.answers(place)).isTrue();
            assertThat(other.isOpen()).isTrue();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(place);
        }
    }

    @Test
    void anotherServersSocketThatReplacesItIsNotMistakenForIt() throws IOException {
        socket.publish(identity -> false);
        Path elsewhere = directory.resolve("other");
        try (ServerSocketChannel other = listening(elsewhere)) {
            Files.move(elsewhere, place, StandardCopyOption.ATOMIC_MOVE);

            assertThat(socket.isInPlace()).isFalse();
            socket.remove();

            assertThat(SocketFile.answers(place)).isTrue();
            assertThat(other.isOpen()).isTrue();
        }
    }

    private static ServerSocketChannel listening(Path file) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(file));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }
}
