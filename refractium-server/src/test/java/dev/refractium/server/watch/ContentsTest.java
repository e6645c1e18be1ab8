package dev.refractium.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.text.FilePattern;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentsTest {
    @TempDir
    Path directory;

    private Contents running;

    @BeforeEach
    void run() throws Exception {
        write("[server]\nport = 1\n");
        Files.writeString(directory.resolve("a.jar"), "a");
        running = read();
    }

    @Test
    void sameBytesWrittenAgainAreNoChange() throws Exception {
        write("[server]\nport = 1\n");

        assertThat(read()).isEqualTo(running).hasSameHashCodeAs(running);
        assertThat(read().suspect(running)).isEmpty();
    }

    @Test
    void truncatedEmptyAndMissingFilesAreSuspect() throws Exception {
        write("[server]\nport");
        assertThat(read().suspect(running))
                .hasValueSatisfying(why -> assertThat(why).contains("cut short"));

        write("");
        assertThat(read().suspect(running))
                .hasValueSatisfying(why -> assertThat(why).contains("is empty"));

        Files.delete(config());
        assertThat(read().suspect(running))
                .hasValueSatisfying(why -> assertThat(why).contains("is gone"));
    }

    @Test
    void includedFilesAreSuspectAsTheMainFileIs() throws Exception {
        Path part = Files.writeString(directory.resolve("part.toml"), "[pools.x]\n");
        Sources sources = new Sources(
                Optional.of(config()), Optional.empty(), Set.of(), Set.of(FilePattern.of(directory, "part*.toml")));
        Contents before = Contents.read(sources);

        Files.writeString(directory.resolve("part2.toml"), "");
        assertThat(Contents.read(sources)).isNotEqualTo(before);
        assertThat(Contents.read(sources).suspect(before)).isEmpty();
        Files.writeString(part, "[pools");
        assertThat(Contents.read(sources).suspect(before))
                .hasValueSatisfying(why -> assertThat(why).startsWith(part + " is cut short"));
        Files.delete(part);
        assertThat(Contents.read(sources).suspect(before)).contains(part + " is gone");
    }

    @Test
    void otherContentsAreNotSuspect() throws Exception {
        write("[server]\nport = 2\n");
        assertThat(read().suspect(running)).isEmpty();
        assertThat(read()).isNotEqualTo(running);

        write("[server]\nport = 1\nmore = 1\n");
        assertThat(read().suspect(running)).isEmpty();
    }

    @Test
    void jarsAreComparedByTheirBytesAndHiddenOnesIgnored() throws Exception {
        Files.writeString(directory.resolve(".b.jar"), "b");
        assertThat(read()).isEqualTo(running);

        Files.writeString(directory.resolve("a.jar"), "c");
        assertThat(read()).isNotEqualTo(running);
        assertThat(read().jarsNotIn(running)).containsExactly(directory.resolve("a.jar"));
    }

    @Test
    void filesThatArriveAfterTheListingAreNotIncluded() throws Exception {
        Files.writeString(directory.resolve("refused.jar"), "b");
        Files.writeString(directory.resolve("late.jar"), "c");
        Contents before = read();
        Path a = directory.resolve("a.jar");
        Path refused = directory.resolve("refused.jar");

        assertThat(before.takenIn(Map.of(a, "other bytes"), List.of(refused)).jarsNotIn(before))
                .containsExactly(a);
        assertThat(before.jarsNotIn(before.takenIn(Map.of(a, "other bytes"), List.of(refused))))
                .containsExactlyInAnyOrder(a, directory.resolve("late.jar"));
    }

    @Test
    void includedFilesAreComparedByTheirContent() throws Exception {
        Path file = Files.writeString(directory.resolve("office.txt"), "10.0.0.0/8\n");
        Sources sources = new Sources(Optional.of(config()), Optional.empty(), Set.of(file), Set.of());
        Contents before = Contents.read(sources);

        Files.writeString(file, "10.0.0.0/8\n");
        assertThat(Contents.read(sources)).isEqualTo(before);
        Files.writeString(file, "11.0.0.0/8\n");
        assertThat(Contents.read(sources)).isNotEqualTo(before);
        assertThat(Contents.read(sources).suspect(before)).isEmpty();
        Files.delete(file);
        assertThat(Contents.read(sources)).isNotEqualTo(before);
    }

    private Contents read() {
        return Contents.read(new Sources(Optional.of(config()), Optional.of(directory)));
    }

    private void write(String text) throws Exception {
        Files.writeString(config(), text);
    }

    private Path config() {
        return directory.resolve("refractium.toml");
    }
}
