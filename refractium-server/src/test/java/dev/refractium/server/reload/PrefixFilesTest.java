package dev.refractium.server.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
class PrefixFilesTest {
    private static final Problem NAMED = new Problem("t.toml:2:1", "server.allow[0]", "");

    @TempDir
    private Path directory;

    private final Problems problems = new Problems();

    private Map<Path, Networks> read(Path file, Path... trusted) {
        PrefixFiles files = new PrefixFiles(directory, Set.of(trusted), problems);
        files.read(file, NAMED);
        files.read(file, NAMED);
        return files.networks();
    }

    private Path file(String text, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("office.txt"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void fileIsReadOnce() throws IOException {
        Path file = file("10.0.0.0/8\n", "rw-r--r--");

        assertThat(read(file)).isEqualTo(Map.of(file, Networks.of(List.of(Network.parse("10.0.0.0/8")))));
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void fileThatOthersMayWriteIsAProblem() throws IOException {
        Path file = file("10.0.0.0/8\n", "rw-rw-rw-");

        read(file);

        assertThat(problems.all())
                .singleElement()
                .asString()
                .startsWith("t.toml:2:1: server.allow[0]: " + file
                        + " cannot be trusted: every user may write it; chmod o-w ");
    }

    @Test
    void fileInATrustedDirectoryIsTrusted() throws IOException {
        read(file("10.0.0.0/8\n", "rw-rw-rw-"), directory);

        assertThat(problems.all()).isEmpty();
    }

    @Test
    void missingFileAndDirectoryAreProblemsOfTheKey() {
        Path missing = directory.resolve("none.txt");
        read(missing);
        read(directory);

        assertThat(problems.all())
                .extracting(Problem::toString)
                .containsExactly(
                        "t.toml:2:1: server.allow[0]: cannot read the prefixes: " + missing
                                + ": no such file or directory; mend the file, or name another one",
                        "t.toml:2:1: server.allow[0]: cannot read the prefixes: " + directory
                                + ": not a regular file; mend the file, or name another one");
    }

    @Test
    void wrongLineIsAProblemOfTheFile() throws IOException {
        Path file = file("10.0.0.0/8", "rw-r--r--");

        read(file);

        assertThat(problems.all()).singleElement().asString().startsWith(file + ":1:1: prefix: the last line ");
    }
}
