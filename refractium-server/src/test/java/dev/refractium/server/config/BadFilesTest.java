package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file of src/test/resources/bad with exactly the messages that stand beside it. */
class BadFilesTest {
    private static final Path BAD = Path.of("src", "test", "resources", "bad");

    @ParameterizedTest
    @MethodSource("badFiles")
    void badFileGivesItsMessages(Path file) throws IOException {
        String expected = Files.readString(messagesOf(file));

        ConfigReader.Parsed parsed =
                ConfigReader.parse(Files.readString(file), file.getFileName().toString(), Path.of("/etc/refractium"));

        assertThat(shown(parsed.problems())).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void messagesAreOnePrintableLineEach(Path file) throws IOException {
        ConfigReader.Parsed parsed = ConfigReader.read(file, new ConfigReader.Reading(new Variables(Map.of())));

        assertThat(parsed.problems())
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.toString()).matches("[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+"));
    }

    @Test
    void thereAreAtLeastTwenty() throws IOException {
        assertThat(badFiles().count()).isGreaterThanOrEqualTo(20);
    }

    private static Stream<Path> badFiles() throws IOException {
        try (Stream<Path> files = Files.list(BAD)) {
            return files.filter(file -> file.toString().endsWith(".toml")).sorted().toList().stream();
        }
    }

    private static Path messagesOf(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(".toml", ".txt"));
    }

    private static String shown(List<Problem> problems) {
        return problems.stream().map(problem -> problem + "\n").collect(Collectors.joining());
    }
}
