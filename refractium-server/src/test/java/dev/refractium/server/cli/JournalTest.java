package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalTest {
    @TempDir
    private Path directory;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "files there have no inode")
    void theJournalReadsTheFileThatItsVariableNames() throws IOException {
        Path file = Files.createFile(directory.resolve("stderr"));
        Map<String, Object> identity = Files.readAttributes(file, "unix:dev,ino");
        String stream = identity.get("dev") + ":" + identity.get("ino");

        assertThat(Journal.reads(file, Map.of("JOURNAL_STREAM", stream))).isTrue();
        assertThat(Journal.reads(file, Map.of("JOURNAL_STREAM", stream + "1"))).isFalse();
        assertThat(Journal.reads(file, Map.of())).isFalse();
        assertThat(Journal.reads(directory.resolve("none"), Map.of("JOURNAL_STREAM", stream)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"FATAL, <2>", "ERROR, <3>", "WARN, <4>", "INFO, <6>", "DEBUG, <7>"})
    void everyLineHasThePriorityOfItsLevel(String level, String priority) {
        assertThat(Journal.prioritised("one\n  two\n", Level.valueOf(level)))
                .isEqualTo(priority + "one\n" + priority + "  two\n");
    }
}
