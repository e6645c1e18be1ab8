package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which command lines need no parser. */
class FastStartTest {
    @TempDir
    private Path directory;

    private String file;

    @BeforeEach
    void write() throws IOException {
        file = Files.createFile(directory.resolve("a b.toml")).toString();
    }

    @Test
    void oneReadableFileByEitherFlagIsAUsualStart() {
        assertThat(FastStart.file("-c", file)).contains(Path.of(file));
        assertThat(FastStart.file("--config", file)).contains(Path.of(file));
    }

    @Test
    void otherArgumentsAreLeftToTheParser() {
        assertThat(FastStart.file()).isEmpty();
        assertThat(FastStart.file("-c")).isEmpty();
        assertThat(FastStart.file("-c", file, "--debug")).isEmpty();
        assertThat(FastStart.file("check", "-c", file)).isEmpty();
        assertThat(FastStart.file("-c" + file)).isEmpty();
        assertThat(FastStart.file("-f", file)).isEmpty();
        assertThat(FastStart.file("-c", "--help")).isEmpty();
    }

    @Test
    void unreadableFilesAreLeftToTheParser() {
        assertThat(FastStart.file("-c", directory.toString())).isEmpty();
        assertThat(FastStart.file("-c", directory.resolve("missing").toString()))
                .isEmpty();
        assertThat(FastStart.file("-c", "\0")).isEmpty();
    }
}
