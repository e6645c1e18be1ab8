package dev.refractium.plugins.parts.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.testkit.FakeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "its files have no modes")
class FileAccessTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"0600, rw-------", "0640, rw-r-----", "0644, rw-r--r--", "660, rw-rw----"})
    void fileHasTheModeThatIsAskedForWhateverTheUmask(String mode, String permissions) throws IOException {
        PosixFileAttributes created = created(access(FakeSettings.of("mode", mode)));

        assertThat(PosixFilePermissions.toString(created.permissions())).isEqualTo(permissions);
    }

    @Test
    void fileIsItsOwnersWhereNothingIsAskedFor() throws IOException {
        PosixFileAttributes created = created(access(FakeSettings.none()));

        assertThat(PosixFilePermissions.toString(created.permissions())).isEqualTo("rw-------");
    }

    @Test
    void groupMayReadAFileOfItsOwn() throws IOException {
        String group = groupOfThisUser();

        PosixFileAttributes created = created(access(FakeSettings.of("group", group)));

        assertThat(created.group().getName()).isEqualTo(group);
        assertThat(PosixFilePermissions.toString(created.permissions())).isEqualTo("rw-r-----");
    }

    @Test
    void modeBesideAGroupIsTheOneThatIsWritten() throws IOException {
        PosixFileAttributes created =
                created(access(FakeSettings.of("group", groupOfThisUser()).and("mode", "0660")));

        assertThat(PosixFilePermissions.toString(created.permissions())).isEqualTo("rw-rw----");
    }

    @Test
    void fileThatExistsKeepsItsMode() throws IOException {
        Path file = Files.createFile(
                directory.resolve("file"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));

        LockedFile.open(file, access(FakeSettings.of("mode", "0644")), path -> Optional.empty())
                .close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0666", "0400", "0755", "0648", "rw-r-----", "", "00640"})
    void modesThatAreNoneOrHandTheFileToOthersAreRefused(String mode) {
        FakeSettings settings = FakeSettings.of("mode", mode);

        FileAccess.of(settings);

        assertThat(settings.problems())
                .singleElement()
                .asString()
                .startsWith("mode: \"" + mode + "\" is no mode for this file; write \"0600\", \"0640\" or \"0644\"");
    }

    @Test
    void unknownGroupIsRefused() {
        FakeSettings settings = FakeSettings.of("group", "no-such-group");

        FileAccess.of(settings);

        assertThat(settings.problems())
                .singleElement()
                .asString()
                .startsWith("group: there is no group \"no-such-group\" here; name one");
    }

    private static FileAccess access(FakeSettings settings) {
        FileAccess access = FileAccess.of(settings);
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.unknown()).isEmpty();
        return access;
    }

    private PosixFileAttributes created(FileAccess access) throws IOException {
        Path file = directory.resolve("created");
        LockedFile.open(file, access, path -> Optional.empty()).close();
        return Files.readAttributes(file, PosixFileAttributes.class);
    }

    private String groupOfThisUser() throws IOException {
        Path file = Files.createFile(directory.resolve("own"));
        return Files.readAttributes(file, PosixFileAttributes.class).group().getName();
    }
}
