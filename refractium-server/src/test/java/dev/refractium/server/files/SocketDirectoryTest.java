package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
class SocketDirectoryTest {
    @TempDir
    private Path root;

    private Path temporary;
    private Path runtime;
    private Path session;

    @BeforeEach
    void makePlaces() throws IOException {
        temporary = Files.createDirectory(root.toRealPath().resolve("tmp"));
        runtime = Files.createDirectory(root.resolve("run"));
        session = Files.createDirectory(root.resolve("session"));
    }

    @Test
    void runtimeDirectoryIsPreferredThenTheSessionDirectory() throws IOException {
        Map<String, String> both = Map.of("RUNTIME_DIRECTORY", runtime + "", "XDG_RUNTIME_DIR", session + "");

        assertThat(SocketDirectory.make(both, temporary)).isEqualTo(runtime);
        assertThat(SocketDirectory.make(Map.of("XDG_RUNTIME_DIR", session + ""), temporary))
                .isEqualTo(session.resolve("refractium"));
    }

    @Test
    void temporaryDirectoryOfTheUserComesLast() throws IOException {
        Path first = SocketDirectory.make(Map.of(), temporary);
        Path again = SocketDirectory.make(Map.of(), temporary);

        assertThat(first)
                .isEqualTo(again)
                .isEqualTo(temporary.resolve("refractium-" + Files.getAttribute(root, "unix:uid")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first)))
                .isEqualTo("rwx------");
        assertThat(SocketDirectory.existing(Map.of(), temporary)).containsExactly(first);
    }

    @Test
    void clientCreatesNothingAndFindsExistingDirectories() throws IOException {
        Map<String, String> both = Map.of("RUNTIME_DIRECTORY", runtime + "", "XDG_RUNTIME_DIR", session + "");

        assertThat(SocketDirectory.existing(both, temporary)).containsExactly(runtime);
        assertThat(temporary).isEmptyDirectory();
        assertThat(session).isEmptyDirectory();
    }

    @Test
    void directoryThatOthersMayEnterIsRefused() throws IOException {
        Path own = SocketDirectory.make(Map.of(), temporary);
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> SocketDirectory.make(Map.of(), temporary))
                .withMessageContaining("is open to others, rwxr-xr-x; chmod 700");
        assertThat(SocketDirectory.existing(Map.of(), temporary)).isEmpty();
    }

    @Test
    void linkInItsPlaceIsNotFollowed() throws IOException {
        Path own = SocketDirectory.make(Map.of(), temporary);
        Files.delete(own);
        Files.createSymbolicLink(own, runtime);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> SocketDirectory.make(Map.of(), temporary))
                .withMessageContaining("a link is not followed");
    }
}
