package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
class SocketPlaceTest {
    private static final int STRANGER = 65_534;

    @TempDir
    private Path temporary;

    private Path shared;

    @BeforeEach
    void create() throws IOException {
        shared = Files.createDirectory(temporary.toRealPath().resolve("shared"));
    }

    @Test
    void ownDirectoryIsFineUntilOthersMayWriteIt() throws IOException {
        assertThat(reason(shared.resolve("s"))).isEmpty();

        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(reason(shared.resolve("s")))
                .get()
                .asString()
                .startsWith(
                        "is reached through " + shared + ": every user may write it; chmod o-w " + shared + "; or ");
        assertThat(SocketPlace.reasonAgainst(shared.resolve("s"), Set.of(shared)))
                .isEmpty();
    }

    @Test
    void stickyDirectoryIsFineUnlessItsOwnerIsAStranger() throws IOException {
        Files.setAttribute(shared, "unix:mode", 01777);
        assertThat(reason(shared.resolve("s"))).isEmpty();

        giveAway(shared);

        assertThat(reason(shared.resolve("s"))).get().asString().contains("belongs to user", "chown");
    }

    @Test
    void groupAndDirectoriesAboveAreJudgedToo() throws IOException {
        Path own = Files.createDirectory(shared.resolve("own"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxr-x"));
        assumeTrue(Access.of(shared).orElseThrow().writers(shared).isPresent(), "its group has other members");

        assertThat(reason(shared.resolve("s"))).get().asString().contains(" may write it; chmod g-w " + shared);
        assertThat(reason(own.resolve("s"))).get().asString().startsWith("is reached through " + shared + ": group ");
    }

    @Test
    void linkIsJudgedByWhereItLeads() throws IOException {
        Path link = Files.createSymbolicLink(shared.resolveSibling("link"), shared);
        assertThat(reason(link.resolve("s"))).isEmpty();

        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(reason(link.resolve("s"))).get().asString().contains("chmod o-w " + shared);
    }

    @Test
    void longNamesAndMissingDirectoriesAreRefused() throws IOException {
        Path deep = Files.createDirectory(
                shared.resolve("d".repeat(97 - shared.toString().length() - 1)));

        assertThat(reason(deep.resolve("s")))
                .contains("is in a directory whose name has 97 bytes, and 96 at most leave room to make a socket there;"
                        + " name a shorter one");
        assertThat(reason(deep.resolve("socket.sock"))).get().asString().startsWith("has 109 bytes with its directory");
        assertThat(reason(shared.resolve("none/s")))
                .contains("is in a directory that does not exist; create " + shared.resolve("none"));
    }

    private static Optional<String> reason(Path place) {
        return SocketPlace.reasonAgainst(place, Set.of());
    }

    private static void giveAway(Path path) throws IOException {
        assumeTrue(Users.isRoot(Self.user().getName()), "makes another user the owner");
        Files.setAttribute(path, "unix:uid", STRANGER);
    }
}
