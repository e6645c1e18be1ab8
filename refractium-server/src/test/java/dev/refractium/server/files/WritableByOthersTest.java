package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WritableByOthersTest {
    @TempDir
    private Path directory;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
    void ownFileIsTrustedUntilOthersMayWriteIt() throws IOException {
        Path file = Files.createFile(directory.resolve("refractium.toml"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(WritableByOthers.reason(file)).isEmpty();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));

        assertThat(WritableByOthers.reason(file)).contains("every user may write it; chmod o-w " + file);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
    void linkIsJudgedByItsTarget() throws IOException {
        Path file = Files.createFile(directory.resolve("real"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);

        assertThat(WritableByOthers.reason(link)).isPresent();
    }

    @Test
    void fileSystemWithoutPermissionsIsTrusted() throws IOException {
        URI zip = URI.create("jar:" + directory.resolve("a.zip").toUri());
        try (FileSystem plain = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path file = Files.createFile(plain.getPath("/file"));

            assertThat(WritableByOthers.reason(file)).isEmpty();
        }
    }

    @Test
    void missingFileIsAnError() {
        assertThatThrownBy(() -> WritableByOthers.reason(directory.resolve("nowhere")))
                .isInstanceOf(NoSuchFileException.class);
    }
}
