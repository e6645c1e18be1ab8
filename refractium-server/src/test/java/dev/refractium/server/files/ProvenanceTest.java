package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
class ProvenanceTest {
    private static final int STICKY_FOR_ALL = 01777;
    private static final int STRANGER = 65_534;

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void resolveLinks() throws IOException {
        directory = temporary.toRealPath();
    }

    @Test
    void ownFileIsTrustedUntilOthersMayWriteIt() throws IOException {
        Path file = file("refractium.toml");
        assertThat(reason(file)).isEmpty();

        mode(file, "rw-r--rw-");

        assertThat(reason(file)).contains("every user may write it; chmod o-w " + file);
    }

    @Test
    void linkIsJudgedByItsTarget() throws IOException {
        Path file = file("real");
        mode(file, "rw-rw-rw-");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);

        assertThat(reason(link)).contains("every user may write it; chmod o-w " + file);
    }

    @Test
    void everyDirectoryOnTheWayIsJudged() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Path file = Files.createDirectories(shared.resolve("a/b")).resolve("refractium.toml");
        Files.createFile(file);
        assertThat(reason(file)).isEmpty();

        mode(shared, "rwxrwxrwx");

        assertThat(reason(file))
                .contains("is reached through " + shared + ": every user may write it; chmod o-w " + shared);
    }

    @Test
    void bothTheWayToALinkAndTheWayFromItAreJudged() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Path own = Files.createDirectories(directory.resolve("own/deep"));
        Path away = Files.createSymbolicLink(shared.resolve("away"), Path.of("../own/deep/../file"));
        Path back = Files.createSymbolicLink(own.resolve("back"), Files.createFile(shared.resolve("file")));
        file("own/file");
        assertThat(reason(away)).isEmpty();
        assertThat(reason(back)).isEmpty();

        mode(shared, "rwxrwxrwx");

        assertThat(reason(away)).get().asString().contains("is reached through " + shared + ": every user");
        assertThat(reason(back)).get().asString().contains("is reached through " + shared + ": every user");
    }

    @Test
    void stickyDirectoryIsFineForWhatIsOurs() throws IOException {
        Path sticky = Files.createDirectory(directory.resolve("sticky"));
        Path file =
                Files.createFile(Files.createDirectory(sticky.resolve("own")).resolve("file"));
        Path link = Files.createSymbolicLink(sticky.resolve("link"), file);
        Files.setAttribute(sticky, "unix:mode", STICKY_FOR_ALL);

        assertThat(reason(file)).isEmpty();
        assertThat(reason(link)).isEmpty();
        assertThat(reason(sticky)).as("anybody may add a plugin").isPresent();
    }

    @Test
    void whatIsAStrangersInAStickyDirectoryIsRefused() throws IOException {
        Path sticky = Files.createDirectory(directory.resolve("sticky"));
        Path theirs = Files.createDirectory(sticky.resolve("theirs"));
        Path ours = Files.createFile(theirs.resolve("file"));
        Path link = Files.createSymbolicLink(sticky.resolve("link"), file("real"));
        Files.setAttribute(sticky, "unix:mode", STICKY_FOR_ALL);
        giveAway(theirs);
        giveAway(link);

        assertThat(reason(ours)).get().asString().startsWith("is reached through " + theirs + ": belongs to");
        assertThat(reason(link)).get().asString().contains("; chown -h ").endsWith(link.toString());
    }

    @Test
    void linkOfAStrangerInOurDirectoryCannotBeReplaced() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file("real"));
        giveAway(link);

        assertThat(reason(link)).isEmpty();
    }

    @Test
    void jarIsJudgedFromItsDirectoryAsByItself() throws IOException {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Path jar = Files.createFile(plugins.resolve("a.jar"));
        Path link = Files.createSymbolicLink(plugins.resolve("b.jar"), Files.createFile(shared.resolve("real.jar")));
        Provenance judged = Provenance.ofPlugins(plugins);
        assertThat(judged.ofPlugin(jar).reason()).isEmpty();
        assertThat(judged.ofPlugin(link).reason()).isEmpty();

        mode(jar, "rw-rw-rw-");
        mode(shared, "rwxrwxrwx");

        for (Path each : List.of(jar, link)) {
            assertThat(judged.ofPlugin(each).reason())
                    .isPresent()
                    .isEqualTo(Provenance.ofPlugins(each).reason());
        }
    }

    @Test
    void jarThatIsReplacedOrGoneIsNoticedFromItsDirectory() throws IOException {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        Path jar = Files.createFile(plugins.resolve("a.jar"));
        Provenance judged = Provenance.ofPlugins(plugins);
        Provenance first = judged.ofPlugin(jar);
        assertThat(first.isUnchanged()).isTrue();

        Files.move(Files.createFile(plugins.resolve("other")), jar, StandardCopyOption.REPLACE_EXISTING);

        assertThat(first.isUnchanged()).isFalse();
        Path gone = plugins.resolve("gone.jar");
        assertThatThrownBy(() -> judged.ofPlugin(gone))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(gone.toString());
    }

    @Test
    void trustedDirectoryIsTakenAsItIsAndWhatLiesAboveItIsNot() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Path trusted = Files.createDirectory(shared.resolve("trusted"));
        Path file = Files.createFile(trusted.resolve("refractium.toml"));
        mode(trusted, "rwxrwxrwx");
        mode(file, "rw-rw-rw-");

        Provenance excused = Provenance.ofConfiguration(file, Set.of(directory.resolve("missing"), trusted));
        assertThat(excused.reason()).isEmpty();
        assertThat(excused.excused()).contains(trusted);
        assertThat(Provenance.ofConfiguration(file, Set.of(directory.resolve("missing")))
                        .reason())
                .isPresent();
        assertThat(reason(file)).as("never plugins").isPresent();

        mode(shared, "rwxrwxrwx");
        assertThat(Provenance.ofConfiguration(file, Set.of(trusted)).reason())
                .get()
                .asString()
                .startsWith("is reached through " + shared + ": every user may write it");
    }

    @Test
    void swapBetweenTwoLooksIsNoticed() throws IOException {
        Path file = file("refractium.toml");
        Path other = file("other");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        Provenance ofFile = Provenance.ofPlugins(file);
        Provenance ofLink = Provenance.ofPlugins(link);
        assertThat(ofFile.isUnchanged()).isTrue();

        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

        assertThat(ofFile.isUnchanged()).isFalse();
        assertThat(ofLink.isUnchanged()).isFalse();
    }

    @Test
    void directoriesOfTheServersOwnCodeAreKnown() {
        Path classes = Path.of(Provenance.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());

        assertThat(OwnCode.directories()).contains(Path.of("/"), classes.getParent());
    }

    @Test
    void fileSystemWithoutPermissionsIsTrusted() throws IOException {
        URI zip = URI.create("jar:" + directory.resolve("a.zip").toUri());
        try (FileSystem plain = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path file = Files.createFile(plain.getPath("/file"));

            assertThat(reason(file)).isEmpty();
        }
    }

    @Test
    void missingFileIsAnError() throws IOException {
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));

        assertThatThrownBy(() -> reason(directory.resolve("nowhere"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> reason(loop)).isInstanceOf(FileSystemLoopException.class);
    }

    private Path file(String name) throws IOException {
        return Files.createFile(directory.resolve(name));
    }

    private static Optional<String> reason(Path path) throws IOException {
        return Provenance.ofPlugins(path).reason();
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static void giveAway(Path path) throws IOException {
        assumeTrue(Users.isRoot(Self.user().getName()), "makes another user the owner");
        Files.setAttribute(path, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
    }
}
