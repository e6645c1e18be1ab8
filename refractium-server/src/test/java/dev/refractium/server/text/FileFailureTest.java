package dev.refractium.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileFailureTest {
    @ParameterizedTest
    @MethodSource("troubles")
    void messageHasNoNameOfAnException(IOException trouble, String said) {
        assertThat(FileFailure.of(trouble)).isEqualTo(said);
    }

    private static Stream<Arguments> troubles() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("/a"), "/a: no such file or directory"),
                Arguments.of(new AccessDeniedException("/a"), "/a: permission denied"),
                Arguments.of(new NotDirectoryException("/a"), "/a: not a directory"),
                Arguments.of(new FileAlreadyExistsException("/a"), "/a: is there already"),
                Arguments.of(
                        new FileSystemException("/a", null, "No space left on device"), "/a: No space left on device"),
                Arguments.of(new NoSuchFileException("/a", null, "gone"), "/a: gone"),
                Arguments.of(new SocketException("Permission denied"), "Permission denied"),
                Arguments.of(new IOException(), "IOException"));
    }
}
