package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which command lines need no parser. */
class UsualStartTest {
    @TempDir
    private Path directory;

    private String file;

    @BeforeEach
    void write() throws IOException {
        file = Files.createFile(directory.resolve("a b.toml")).toString();
    }

    @Test
    void oneReadableFileByEitherFlagIsAUsualStart() {
        assertThat(UsualStart.file("-c", file)).contains(Path.of(file));
        assertThat(UsualStart.file("--config", file)).contains(Path.of(file));
    }

    @Test
    void otherArgumentsAreLeftToTheParser() {
        assertThat(UsualStart.file()).isEmpty();
        assertThat(UsualStart.file("-c")).isEmpty();
        assertThat(UsualStart.file("-c", file, "--debug")).isEmpty();
        assertThat(UsualStart.file("check", "-c", file)).isEmpty();
        assertThat(UsualStart.file("-c" + file)).isEmpty();
        assertThat(UsualStart.file("-f", file)).isEmpty();
        assertThat(UsualStart.file("-c", "--help")).isEmpty();
    }

    @Test
    void unreadableFilesAreLeftToTheParser() {
        assertThat(UsualStart.file("-c", directory.toString())).isEmpty();
        assertThat(UsualStart.file("-c", directory.resolve("missing").toString()))
                .isEmpty();
        assertThat(UsualStart.file("-c", "\0")).isEmpty();
    }
}
