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

class SettlingTest {
    private static final long REST = 1_000;

    @TempDir
    Path directory;

    private final Settling settling = new Settling(REST);

    @Test
    void filesAreAtRestWhenTwoChecksASecondApartAgree() throws Exception {
        write("a");

        assertThat(look(0)).isEqualTo(Settling.State.MOVING);
        assertThat(look(REST - 1)).isEqualTo(Settling.State.MOVING);
        assertThat(look(REST)).isEqualTo(Settling.State.SETTLED);
    }

    @Test
    void everyChangeRestartsTheWait() throws Exception {
        write("a");
        look(0);
        write("ab");

        assertThat(look(REST)).isEqualTo(Settling.State.MOVING);
        assertThat(look(2 * REST)).isEqualTo(Settling.State.SETTLED);
    }

    @Test
    void replacementOfTheSameSizeAndTimeIsAChange() throws Exception {
        write("a");
        look(0);
        Path other = Files.writeString(directory.resolve("other"), "b");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file()));
        Files.move(other, file(), StandardCopyOption.REPLACE_EXISTING);

        assertThat(look(REST)).isEqualTo(Settling.State.MOVING);
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
            return look(2 * REST) == Settling.State.MOVING;
        });

        assertThat(look(3 * REST)).isEqualTo(Settling.State.SETTLED);
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

        assertThat(look(9 * REST)).isEqualTo(Settling.State.KNOWN);
        Files.delete(file());
        assertThat(look(10 * REST)).isEqualTo(Settling.State.MOVING);
    }

    private Settling.State look(long at) {
        return settling.look(Sighting.of(new Sources(Optional.of(file()), Optional.of(directory))), at);
    }

    private void write(String text) throws Exception {
        Files.writeString(file(), text);
    }

    private Path file() {
        return directory.resolve("refractium.toml");
    }
}
