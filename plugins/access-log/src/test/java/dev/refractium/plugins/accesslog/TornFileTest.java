package dev.refractium.plugins.accesslog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.plugins.parts.hook.FileAccess;
import dev.refractium.plugins.parts.hook.LockHolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log whose writer was killed in the middle of a line. */
class TornFileTest {
    private static final List<String> LINES =
            List.of("{\"id\":\"1\"}", "{\"id\":\"2\",\"client\":\"a\"}", "{\"id\":\"3\"}");
    private static final String NEXT = "{\"id\":\"4\"}";

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void namePath() {
        path = directory.resolve("access.log");
    }

    @Test
    void fromEveryPlaceThatALogIsTornAtItGoesOnWithWholeLines() throws IOException {
        byte[] whole = (String.join("\n", LINES) + "\n").getBytes(US_ASCII);

        for (int length = 0; length <= whole.length; length++) {
            String left = new String(whole, 0, length, US_ASCII);
            Files.writeString(path, left);
            append(NEXT);

            List<String> expected = new ArrayList<>(
                    LINES.subList(0, (int) left.chars().filter(c -> c == '\n').count()));
            expected.add(NEXT);
            assertThat(path).as(left).hasContent(String.join("\n", expected) + "\n");
        }
    }

    @Test
    void aTornLineThatIsLongerThanABlockIsCutWhole() throws IOException {
        Files.writeString(path, LINES.get(0) + "\n{\"id\":\"" + "x".repeat(100_000));

        append(NEXT);

        assertThat(Files.readAllLines(path)).containsExactly(LINES.get(0), NEXT);
    }

    @Test
    void anEndThatIsNoLineOfALogIsKeptAndEnded() throws IOException {
        Files.writeString(path, "a note of the operator's");

        append(NEXT);

        assertThat(Files.readAllLines(path)).containsExactly("a note of the operator's", NEXT);
    }

    @Test
    void whatAWriterThatIsKilledLeavesBehindIsCutByTheOneThatGoesOn() throws IOException {
        try (LogFile log = open()) {
            write(log, LINES.get(0));
            Files.writeString(path, "{\"id\":\"2\",\"cli", StandardOpenOption.APPEND);

            write(log, NEXT);
        }

        assertThat(Files.readAllLines(path)).containsExactly(LINES.get(0), NEXT);
    }

    @Test
    void nothingIsCutWhileAnotherWriterOfThisProcessHasTheFile() throws IOException {
        Files.writeString(path, "{\"id\":\"1\",\"cli");
        try (FileChannel other = FileChannel.open(path, StandardOpenOption.APPEND);
                FileLock lock = other.lock()) {
            append(NEXT);
            assertThat(lock.isValid()).isTrue();
        }

        assertThat(Files.readAllLines(path)).containsExactly("{\"id\":\"1\",\"cli", NEXT);
    }

    @Test
    void nothingIsCutWhileAnotherProcessHasTheFile() throws Exception {
        Files.writeString(path, "{\"id\":\"1\",\"cli");
        Process other = LockHolder.start(path);
        try {
            append(NEXT);

            assertThat(Files.readAllLines(path)).containsExactly("{\"id\":\"1\",\"cli", NEXT);
        } finally {
            other.destroyForcibly();
        }
        assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
        Files.writeString(path, "{\"id\":\"5\",", StandardOpenOption.APPEND);
        append(NEXT);
        assertThat(Files.readAllLines(path)).containsExactly("{\"id\":\"1\",\"cli", NEXT, NEXT);
    }

    private void append(String line) {
        try (LogFile log = open()) {
            write(log, line);
        }
    }

    private LogFile open() {
        return new LogFile(path, 1 << 20, Rotation.NEVER, 1, FileAccess.ofOwner());
    }

    private static void write(LogFile log, String line) {
        log.add((line + "\n").getBytes(US_ASCII));
        log.flush();
    }
}
