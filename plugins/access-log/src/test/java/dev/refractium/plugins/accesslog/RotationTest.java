package dev.refractium.plugins.accesslog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.plugins.parts.hook.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that gives way to a new one by the time of day. */
class RotationTest {
    @TempDir
    Path directory;

    private Path path;
    private Instant now = Instant.parse("2026-03-01T11:59:30Z");

    @BeforeEach
    void namePath() {
        path = directory.resolve("access.log");
    }

    @Test
    void fileGivesWayAtTheFullHourAndNotAnHourAfterItsFirstLine() throws IOException {
        LogFile file = file(ChronoUnit.HOURS, "UTC");

        write(file, "11:59:30");
        now = Instant.parse("2026-03-01T11:59:59Z");
        write(file, "11:59:59");
        now = Instant.parse("2026-03-01T12:00:00Z");
        write(file, "12:00:00");
        now = Instant.parse("2026-03-01T12:59:00Z");
        write(file, "12:59:00");

        assertThat(directory.resolve("access.log.1")).hasContent("11:59:30\n11:59:59");
        assertThat(path).hasContent("12:00:00\n12:59:00");
        assertThat(directory.resolve("access.log.2")).doesNotExist();
    }

    @Test
    void daysAreThoseOfTheTimeZone() throws IOException {
        LogFile file = file(ChronoUnit.DAYS, "Europe/Berlin");
        now = Instant.parse("2026-03-01T22:59:59Z");
        write(file, "evening");

        now = Instant.parse("2026-03-01T23:00:00Z");
        write(file, "midnight in Berlin");

        assertThat(directory.resolve("access.log.1")).hasContent("evening");
        assertThat(path).hasContent("midnight in Berlin");
    }

    @Test
    void fileThatAnEarlierServerLeftInAnotherPeriodGivesWayAtOnce() throws IOException {
        Files.writeString(path, "yesterday\n");
        Files.setLastModifiedTime(path, FileTime.from(now.minus(1, ChronoUnit.DAYS)));

        write(file(ChronoUnit.DAYS, "UTC"), "today");

        assertThat(directory.resolve("access.log.1")).hasContent("yesterday");
        assertThat(path).hasContent("today");
    }

    @Test
    void fileThatAnEarlierServerLeftInThisPeriodIsAppendedTo() throws IOException {
        Files.writeString(path, "before\n");
        Files.setLastModifiedTime(path, FileTime.from(now.minusSeconds(60)));

        write(file(ChronoUnit.HOURS, "UTC"), "after");

        assertThat(path).hasContent("before\nafter");
    }

    private LogFile file(ChronoUnit unit, String zone) {
        Rotation rotation = new Rotation(unit, () -> now, ZoneId.of(zone));
        return new LogFile(path, 1 << 20, rotation, 3, FileAccess.ofOwner());
    }

    /** Writes a line at this moment, which the file system would not know. */
    private void write(LogFile file, String line) throws IOException {
        file.add((line + "\n").getBytes(US_ASCII));
        file.flush();
        Files.setLastModifiedTime(path, FileTime.from(now));
    }
}
