package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.files.Way.Kind;
import dev.refractium.server.files.Way.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
class JudgeTest {
    @Test
    void ownerOfTheTopCountsAsRootWhereRootIsUnknown() throws IOException {
        Optional<String> unmapped = reason(
                step("/", Kind.DIRECTORY, "unmapped", "rwxr-xr-x"),
                step("/conf", Kind.DIRECTORY, "unmapped", "rwxr-xr-x"),
                step("/conf/a.toml", Kind.FILE, "unmapped", "rw-r--r--"));
        Optional<String> stranger = reason(
                step("/", Kind.DIRECTORY, "root", "rwxr-xr-x"),
                step("/conf", Kind.DIRECTORY, "unmapped", "rwxr-xr-x"),
                step("/conf/a.toml", Kind.FILE, "root", "rw-r--r--"));

        assertThat(unmapped).isEmpty();
        assertThat(stranger).get().asString().startsWith("is reached through /conf: belongs to user unmapped");
    }

    @Test
    void groupsOtherThanTheOwnersMayNotWriteADirectory() throws IOException {
        Step top = step("/", Kind.DIRECTORY, "root", "rwxr-xr-x");
        Step file = step("/conf/a.toml", Kind.FILE, "root", "rw-r--r--");

        assertThat(reason(top, step("/conf", Kind.DIRECTORY, "root", "rwxrwxr-x"), file))
                .contains("is reached through /conf: group staff may write it; chmod g-w /conf");
        assertThat(reason(top, step("/conf", Kind.DIRECTORY, "root", "rwxr-xr-x"), file))
                .isEmpty();
    }

    private static Optional<String> reason(Step... steps) throws IOException {
        return new Judge(step -> false).reason(new Way(List.of(steps)));
    }

    private static Step step(String path, Kind kind, String owner, String mode) {
        Access access = new Access(owner, "staff", PosixFilePermissions.fromString(mode));
        return new Step(Path.of(path), kind, path, access, false);
    }
}
