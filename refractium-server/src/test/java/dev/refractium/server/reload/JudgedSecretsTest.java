package dev.refractium.server.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
class JudgedSecretsTest {
    @TempDir
    private Path directory;

    @Test
    void lastLineFeedIsNotPartOfTheSecret() throws IOException {
        JudgedSecrets secrets = new JudgedSecrets(Set.of());

        assertThat(secrets.read(file("a", "one\n", "rw-------"))).isEqualTo("one");
        assertThat(secrets.read(file("b", "two\r\n", "r--------"))).isEqualTo("two");
        assertThat(secrets.read(file("c", " three \n\n", "rw-------"))).isEqualTo(" three \n");
        assertThat(secrets.hashes()).hasSize(3).doesNotContainValue("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "rw-r--r--", "rw-----w-"})
    void fileThatOthersMayReadOrWriteIsRefusedUnlessItsDirectoryIsTrusted(String mode) throws IOException {
        Path file = file("secret", "top", mode);

        assertThatThrownBy(() -> new JudgedSecrets(Set.of()).read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("every user may ")
                .hasMessageContaining("chmod o-")
                .hasMessageNotContaining("top");
        assertThat(new JudgedSecrets(Set.of(directory)).read(file)).isEqualTo("top");
    }

    @Test
    void fileThatIsNoSecretIsRefusedAndFollowedAllTheSame() throws IOException {
        JudgedSecrets secrets = new JudgedSecrets(Set.of());

        assertThatThrownBy(() -> secrets.read(file("empty", "\n", "rw-------"))).hasMessageStartingWith("is empty");
        assertThatThrownBy(() -> secrets.read(file("large", "x".repeat((64 << 10) + 1), "rw-------")))
                .hasMessageStartingWith("has more than 64KiB");
        Path bytes = Files.write(file("bytes", "", "rw-------"), new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> secrets.read(bytes)).hasMessageStartingWith("is not UTF-8");
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> secrets.read(missing)).hasMessageStartingWith("cannot be read: ");
        assertThatThrownBy(() -> secrets.read(directory)).hasMessageContaining("not a regular file");
        assertThat(secrets.hashes()).hasSize(5).containsEntry(missing, "");
    }

    private Path file(String name, String text, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
