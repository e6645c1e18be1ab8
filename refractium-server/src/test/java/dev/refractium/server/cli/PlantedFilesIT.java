package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that belongs to another user, as containers mount them. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "it mounts")
class PlantedFilesIT {
    private static final int STRANGER = 65_534;

    @TempDir
    private Path temporary;

    private Path directory;
    private Path theirs;
    private Path mounted;

    @BeforeEach
    void write() throws Exception {
        directory = temporary.toRealPath();
        assumeTrue(Files.getOwner(directory).getName().equals("root"), "makes another user the owner");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        mounted = Files.createDirectory(directory.resolve("mounted"));
        theirs = Files.createDirectory(directory.resolve("theirs"));
        Path file = Files.writeString(theirs.resolve("refractium.toml"), """
            [[protocols]]
            name = "one"
            patterns = ["ONE"]
            forward_to = "127.0.0.1:9"
            """);
        Files.setAttribute(file, "unix:uid", STRANGER);
        Files.setAttribute(theirs, "unix:uid", STRANGER);
    }

    @Test
    void isRefusedUntilItsDirectoryIsTrusted() throws Exception {
        try (Launched refused = check(theirs);
                Launched trusted = check(theirs, "--trust-dir", "theirs");
                Launched missing = check(theirs, "--trust-dir", "nowhere")) {
            assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(refused.err())
                    .contains("file: is reached through " + theirs + ": belongs to user ")
                    .contains("; chown root " + theirs + "; or start with --trust-dir DIR");
            assertThat(trusted.exitCode()).as(trusted.err()).isZero();
            assertThat(trusted.err())
                    .contains("configuration trusted though others may write file=")
                    .contains("path=" + theirs);
            assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(missing.err()).contains("--trust-dir: there is no directory nowhere");
        }
    }

    @Test
    void isTakenFromAMountThatIsReadOnlyAndNotWritableElsewhere() throws Exception {
        assumeTrue(new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0, "may mount");
        String copy =
                "mount -t tmpfs tmpfs mounted; cp -a theirs/refractium.toml mounted; chown " + STRANGER + " mounted";
        String bind = "mount --bind theirs mounted; mount -o remount,bind,ro mounted";
        String file = "mount --bind theirs/refractium.toml mounted/refractium.toml;"
                + " mount -o remount,bind,ro mounted/refractium.toml";
        try (Launched writable = checkMounted(copy);
                Launched readOnly = checkMounted(copy + "; mount -o remount,ro mounted");
                Launched readOnlyHere = checkMounted(copy + "; mount -o remount,bind,ro mounted");
                Launched writableElsewhere = checkMounted(bind);
                Launched alone = checkMounted(
                        "mount -t tmpfs tmpfs theirs; echo > theirs/refractium.toml; chown " + STRANGER
                                + " theirs/refractium.toml; touch mounted/refractium.toml; " + file + "; umount theirs",
                        "-f",
                        "x=127.0.0.1:9")) {
            assertThat(writable.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(writable.err()).contains("is reached through " + mounted + ": belongs to user ");
            assertThat(readOnly.exitCode()).as(readOnly.err()).isZero();
            assertThat(readOnlyHere.exitCode()).as(readOnlyHere.err()).isZero();
            assertThat(writableElsewhere.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(alone.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(alone.err())
                    .as("the file is not what is wrong")
                    .doesNotContain("belongs to")
                    .contains("-f x");
        }
    }

    private Launched check(Path where, String... arguments) throws IOException {
        return Launched.in(directory, command(where, arguments));
    }

    private Launched checkMounted(String script, String... arguments) throws IOException {
        return Launched.afterMounts(directory, script, command(mounted, arguments));
    }

    private static String[] command(Path where, String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "check";
        all[1] = "-c";
        all[2] = where.resolve("refractium.toml").toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return all;
    }
}
