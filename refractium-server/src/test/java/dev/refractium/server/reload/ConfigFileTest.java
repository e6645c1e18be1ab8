package dev.refractium.server.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Variables;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.it.support.Full;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
class ConfigFileTest {
    private static final int READS = Full.is() ? 2_000 : 500;
    private static final ConfigReader.Reading NONE = new ConfigReader.Reading(new Variables(Map.of()));

    @TempDir
    private Path directory;

    @Test
    void aFileThatOthersMayWriteIsReadForItsProblemsAndNotObeyed() throws Exception {
        Path file = write("refractium.toml", "prot = 1");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        ConfigFile planted = ConfigFile.read(file, Set.of(), NONE);
        ConfigFile trusted = ConfigFile.read(file, Set.of(directory), NONE);

        assertThat(planted.planted())
                .get()
                .extracting(Problem::message)
                .asString()
                .startsWith("every user may write it; chmod o-w ")
                .contains("--trust-dir DIR");
        assertThat(planted.parsed().problems()).singleElement().asString().contains("prot: ");
        assertThat(trusted.planted()).isEmpty();
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> ConfigFile.read(directory.resolve("none.toml"), Set.of(), NONE))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("none.toml: no such file or directory");
    }

    /** Swaps root's file and another user's in a directory of that user for as long as they are read. */
    @Test
    void aFileThatAStrangerSwapsIsNeverObeyed() throws Exception {
        assumeTrue(Files.getOwner(directory).getName().equals("root"), "makes another user the owner");
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Path roots = write("shared/roots", "[server]\nport = 1\n");
        Path theirs = write("shared/theirs", "[server]\nport = 2\n");
        Files.setAttribute(theirs, "unix:uid", 65_534);
        Files.setAttribute(shared, "unix:uid", 65_534);
        Path file = Files.createLink(shared.resolve("refractium.toml"), roots);
        AtomicBoolean done = new AtomicBoolean();
        Thread swapper = new Thread(() -> swap(file, roots, theirs, done));
        swapper.start();
        try {
            for (int i = 0; i < READS; i++) {
                try {
                    assertThat(ConfigFile.read(file, Set.of(), NONE).planted()).isPresent();
                } catch (EnvironmentException replaced) {
                    assertThat(replaced).hasMessageContaining("while it was read");
                }
            }
        } finally {
            done.set(true);
            swapper.join(10_000);
        }
    }

    @Test
    void aFileThatItsOwnerReplacesAllTheTimeIsReadWholeOrNotAtAll() throws Exception {
        Path one = write("one", "[server]\nport = 1\n");
        Path two = write("two", "[server]\nport = 2\n");
        Path file = Files.createLink(directory.resolve("refractium.toml"), one);
        AtomicBoolean done = new AtomicBoolean();
        Thread swapper = new Thread(() -> swap(file, one, two, done));
        swapper.start();
        int read = 0;
        try {
            for (int i = 0; i < READS; i++) {
                try {
                    ConfigReader.Parsed parsed =
                            ConfigFile.read(file, Set.of(), NONE).parsed();
                    assertThat(parsed.config().server().listener().port()).isIn(1, 2);
                    read++;
                } catch (EnvironmentException replaced) {
                    assertThat(replaced).hasMessageContaining("while it was read");
                }
            }
        } finally {
            done.set(true);
            swapper.join(10_000);
        }
        assertThat(ConfigFile.read(file, Set.of(), NONE).planted()).isEmpty();
        System.out.printf("a file replaced all the time: %d of %d reads%n", read, READS);
    }

    private static void swap(Path file, Path one, Path two, AtomicBoolean done) {
        Path next = file.resolveSibling("next");
        try {
            for (int i = 0; !done.get(); i++) {
                Files.createLink(next, i % 2 == 0 ? two : one);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path write(String name, String toml) throws IOException {
        return Files.writeString(directory.resolve(name), toml);
    }
}
