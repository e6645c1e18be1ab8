package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void writtenFileIsTheShippedOne() throws IOException {
        Path file = directory.resolve("new.toml");

        assertThat(init(file.toString())).isEqualTo(ExitCode.OK);

        assertThat(file).hasSameTextualContentAs(Path.of("..", "refractium.toml"));
        assertThat(out.toString().strip()).isEqualTo("wrote " + file);
    }

    @Test
    void existingFileIsKept() throws IOException {
        Path file = Files.writeString(directory.resolve("mine.toml"), "mine");

        assertThat(init(file.toString())).isEqualTo(ExitCode.USAGE);

        assertThat(file).hasContent("mine");
        assertThat(err.toString()).contains(file + " is there already").contains("--force");
    }

    @Test
    void forceReplacesTheWholeFile() throws IOException {
        Path file = Files.writeString(directory.resolve("mine.toml"), "mine\n".repeat(10_000));

        assertThat(init("--force", file.toString())).isEqualTo(ExitCode.OK);

        assertThat(file).hasSameTextualContentAs(Path.of("..", "refractium.toml"));
    }

    @Test
    void missingDirectoryIsReported() {
        Path file = directory.resolve("missing/x.toml");

        assertThat(init(file.toString())).isEqualTo(ExitCode.COULD_NOT_RUN);

        assertThat(err.toString().strip())
                .isEqualTo("refractium: cannot write " + file + ": its directory does not exist; create it");
    }

    @Test
    void fileInThePlaceOfTheDirectoryIsReported() throws IOException {
        Path file = Files.createFile(directory.resolve("file")).resolve("x.toml");

        assertThat(init(file.toString())).isEqualTo(ExitCode.COULD_NOT_RUN);

        assertThat(err.toString().strip()).isEqualTo("refractium: cannot write " + file + ": Not a directory");
    }

    private int init(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "init";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return CommandLines.create(new PrintWriter(out, true), new PrintWriter(err, true), new Terminal(false, false))
                .execute(all);
    }
}
