package dev.refractium.server.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebounceTest {
    private static final long REST = 1_000;

    @TempDir
    Path directory;

    private final Debounce settling = new Debounce(REST);

    @Test
    void filesAreAtRestWhenTwoChecksASecondApartAgree() throws Exception {
        write("a");

        assertThat(look(0)).isEqualTo(Debounce.State.MOVING);
        assertThat(look(REST - 1)).isEqualTo(Debounce.State.MOVING);
        assertThat(look(REST)).isEqualTo(Debounce.State.SETTLED);
    }

    @Test
    void everyChangeRestartsTheWait() throws Exception {
        write("a");
        look(0);
        write("ab");

        assertThat(look(REST)).isEqualTo(Debounce.State.MOVING);
        assertThat(look(2 * REST)).isEqualTo(Debounce.State.SETTLED);
    }

    @Test
    void replacementOfTheSameSizeAndTimeIsAChange() throws Exception {
        write("a");
        look(0);
        Path other = Files.writeString(directory.resolve("other"), "b");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file()));
        Files.move(other, file(), StandardCopyOption.REPLACE_EXISTING);

        assertThat(look(REST)).isEqualTo(Debounce.State.MOVING);
    }

    /** As {@code cp -p} and {@code tar -x} write. */
    @Test
    void rewriteOfTheSameSizeAndTimeIsAChange() throws Exception {
        write("a");
        FileTime time = FileTime.from(Instant.EPOCH);
        Files.setLastModifiedTime(file(), time);
        look(0);
        look(REST);
        settling.dealtWith();

        // A file system's clock may stand still for some milliseconds.
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            write("b");
            Files.setLastModifiedTime(file(), time);
            return look(2 * REST) == Debounce.State.MOVING;
        });

        assertThat(look(3 * REST)).isEqualTo(Debounce.State.SETTLED);
    }

    @Test
    void fileIsFreshUntilItHasBeenUnchangedForAWhile() throws Exception {
        write("a");
        Path jar = Files.writeString(directory.resolve("a.jar"), "a");
        look(0);
        Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
        look(REST);
        write("ab");
        look(2 * REST);

        assertThat(settling.isFresh(jar, REST, 2 * REST - 1))
                .as("changed at 1 s")
                .isTrue();
        assertThat(settling.isFresh(jar, REST, 2 * REST)).isFalse();
        assertThat(settling.isFresh(file(), REST, 3 * REST - 1))
                .as("changed at 2 s")
                .isTrue();
        assertThat(settling.isFresh(directory.resolve("b.jar"), REST, 0))
                .as("not there")
                .isFalse();
    }

    @Test
    void handledStateIsRememberedUntilItChanges() throws Exception {
        write("a");
        look(0);
        look(REST);
        settling.dealtWith();

        assertThat(look(9 * REST)).isEqualTo(Debounce.State.KNOWN);
        Files.delete(file());
        assertThat(look(10 * REST)).isEqualTo(Debounce.State.MOVING);
    }

    private Debounce.State look(long at) {
        return settling.look(FileStamps.of(new Sources(Optional.of(file()), Optional.of(directory))), at);
    }

    private void write(String text) throws Exception {
        Files.writeString(file(), text);
    }

    private Path file() {
        return directory.resolve("refractium.toml");
    }
}
