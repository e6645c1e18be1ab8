package dev.refractium.server.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePatternTest {
    @TempDir
    private Path directory;

    @Test
    void filesAreSortedByNameAndHiddenOnesAreLeftOut() throws IOException {
        for (String name : new String[] {"b.toml", "a.toml", ".c.toml", "d.toml~", "10.toml", "B.toml"}) {
            Files.createFile(directory.resolve(name));
        }

        assertThat(FilePattern.of(directory, "*.toml").files())
                .extracting(file -> file.getFileName().toString())
                .containsExactly("10.toml", "B.toml", "a.toml", "b.toml");
        assertThat(FilePattern.of(directory, "?.toml").files()).hasSize(3);
        assertThat(FilePattern.of(directory, "[a].*").files()).isEmpty();
    }

    @Test
    void plainPathIsOneFileWhetherOrNotItIsThere() throws IOException {
        FilePattern plain = FilePattern.of(directory, "sub/.x.toml");

        assertThat(plain.hasWildcard()).isFalse();
        assertThat(plain.files()).containsExactly(directory.resolve("sub/.x.toml"));
    }

    @Test
    void missingDirectoryIsAFailure() {
        assertThatThrownBy(() -> FilePattern.of(directory, "none/*").files()).isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/x.toml", "a?/*.toml", "conf.d/", "", ".", "a/..", "a\0"})
    void otherPathsAreRefused(String text) {
        assertThatThrownBy(() -> FilePattern.of(directory, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(Escape.quoted(text));
    }
}
