package dev.refractium.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code -Prelease} makes; nothing is tried where it was not asked for. */
class PackagesIT {
    private static final Path TARGET = Objects.requireNonNull(Installation.BUILT.getParent());
    private static final Path SOURCES = TARGET.resolveSibling("src/release");

    @BeforeAll
    static void assumePackages() {
        assumeThat(TARGET.resolve("SHA256SUMS")).as("made by -Prelease").exists();
    }

    @Test
    void sumsAreThoseOfAllFiles() throws Exception {
        var sums = new Launch("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
                .from(TARGET)
                .run();

        assertThat(sums.exitCode()).as(sums.err()).isZero();
        assertThat(Files.readString(TARGET.resolve("SHA256SUMS")))
                .contains(".tar.gz", "-linux-", ".zip", "-sbom.json", ".deb", "-oci-");
    }

    @Test
    void appImageRunsWhereNoJavaIs(@TempDir Path temp) throws Exception {
        new Launch("tar", "-xzpf", file("refractium-.*-linux-.*\\.tar\\.gz"), "-C", temp, "--strip-components=1").run();
        // A path without java: of the shell's own programs only those that the launcher calls.
        Path programs = Files.createDirectory(temp.resolve("programs"));
        for (String program : List.of("sh", "readlink", "ls", "cksum")) {
            Files.createSymbolicLink(programs.resolve(program), Path.of("/usr/bin", program));
        }

        var version = new Launch("env", "-i", "PATH=" + programs, temp.resolve("bin/refractium"), "--version").run();
        var demo = new Launch("env", "-i", "PATH=" + programs, temp.resolve("bin/refractium"), "demo", "--once").run();

        assertThat(version.err()).isEmpty();
        assertThat(version.out()).startsWith("refractium ");
        assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
    }

    @Test
    void appImageHasTheLicencesOfItsJava() {
        assertThat(image().resolve("runtime/legal/java.base/LICENSE")).isNotEmptyFile();
    }

    @Test
    void archivesOfClassesAreMadeAndUsed(@TempDir Path temp) throws Exception {
        Path copy = temp.resolve("refractium");
        new Launch("cp", "-a", image(), copy).run();

        var made = new Launch(copy.resolve("runtime/bin/archive-classes")).run();
        var used = new Launch(copy.resolve("bin/refractium"), "--version")
                .with("REFRACTIUM_JAVA_OPTS", "-Xlog:class+load")
                .run();

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(copy.resolve("runtime/lib/refractium.jsa")).isNotEmptyFile();
        assertThat(used.out()).contains("dev.refractium.server.cli.Main source: shared objects file (top)");
    }

    @Test
    void secondPackageIsTheSameBytes(@TempDir Path temp) throws Exception {
        Path first = file("refractium_.*\\.deb");
        String version = image().getFileName().toString().replaceFirst("refractium-", "");
        String time = String.valueOf(
                Files.getLastModifiedTime(image().resolve("NOTICE")).toMillis() / 1000);

        var built = new Launch(SOURCES.resolve("deb"), image(), version, temp)
                .with("SOURCE_DATE_EPOCH", time)
                .within(600)
                .run();

        assertThat(built.exitCode()).as(built.err()).isZero();
        assertThat(temp.resolve(first.getFileName())).hasSameBinaryContentAs(first);
    }

    @Test
    void unitIsSoundAndClosed(@TempDir Path temp) throws Exception {
        assumeThat(Path.of("/usr/bin/systemd-analyze")).exists();
        Path unit = unit(temp);

        var sound = new Launch("systemd-analyze", "verify", "--man=no", unit).run();
        var closed =
                new Launch("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit).run();

        assertThat(sound.err()).isEmpty();
        assertThat(closed.exitCode()).as(closed.out() + closed.err()).isZero();
    }

    /** The image has no shell, so the launcher's options are written down twice. */
    @Test
    void imageHasTheOptionsOfTheLauncher() throws IOException {
        String launcher = Files.readString(Installation.BUILT.resolve("bin/refractium"));
        String script = Files.readString(SOURCES.resolve("oci"));

        assertThat(Stream.of(launcher.substring(launcher.indexOf("exec \"$java\""))
                                .split("\\s+", -1))
                        .filter(word -> word.startsWith("-X")))
                .isNotEmpty()
                .allSatisfy(option -> assertThat(script).contains("\\\"" + option + "\\\""));
    }

    /** The unit, with a program that this machine has. */
    private static Path unit(Path temp) throws IOException {
        String text = Files.readString(SOURCES.resolve("debian/refractium.service"))
                .replace(
                        "/usr/bin/refractium",
                        Installation.BUILT.resolve("bin/refractium").toString())
                .replaceAll("(?m)^(User|Group)=.*", "$1=nobody")
                .replace("Group=nobody", "Group=nogroup");
        return Files.writeString(temp.resolve("refractium.service"), text);
    }

    private static Path image() {
        return Arrays.stream(TARGET.resolve("image").toFile().listFiles())
                .findFirst()
                .orElseThrow()
                .toPath();
    }

    private static Path file(String name) throws IOException {
        try (Stream<Path> files = Files.list(TARGET)) {
            return files.filter(file -> file.getFileName().toString().matches(name))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
