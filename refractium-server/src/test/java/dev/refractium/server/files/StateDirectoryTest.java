package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.refractium.server.it.support.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
class StateDirectoryTest {
    /** Beyond what Linux gives to a process. */
    private static final long DEAD = 4_194_305;

    @TempDir
    private Path root;

    private Path temporary;
    private Path runtime;
    private Path session;

    @BeforeEach
    void makePlaces() throws IOException {
        temporary = Files.createDirectory(root.resolve("tmp"));
        runtime = Files.createDirectory(root.resolve("run"));
        session = Files.createDirectory(root.resolve("session"));
    }

    @Test
    void runtimeDirectoryIsPreferred() throws IOException {
        try (StateDirectory state =
                open(Map.of("RUNTIME_DIRECTORY", runtime + ":/x", "XDG_RUNTIME_DIR", session + ""))) {
            assertThat(state.path()).hasParentRaw(runtime.toRealPath());
        }
    }

    @Test
    void subdirectoryOfTheSessionDirectoryComesSecond() throws IOException {
        try (StateDirectory state = open(Map.of("RUNTIME_DIRECTORY", "", "XDG_RUNTIME_DIR", session.toString()))) {
            Path ours = session.resolve("refractium").toRealPath();
            assertThat(state.path()).hasParentRaw(ours);
            assertThat(permissions(ours)).isEqualTo("rwx------");
        }
    }

    @Test
    void freshTemporaryDirectoryComesLast() throws IOException {
        try (StateDirectory one = open(Map.of());
                StateDirectory other = open(Map.of())) {
            assertThat(one.path()).hasParentRaw(temporary.toRealPath()).isNotEqualTo(other.path());
            assertThat(permissions(one.path())).isEqualTo("rwx------");
        }
    }

    @Test
    void temporaryDirectoryThatIsNotStickyIsUsedWithAWarning() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));

        try (CapturedLog log = new CapturedLog();
                StateDirectory state = open(Map.of())) {
            assertThat(log.lines("state directory may be replaced by others path=" + state.path()))
                    .singleElement()
                    .asString()
                    .startsWith("WARN ")
                    .contains("chmod o-w " + temporary.toRealPath());
        }
    }

    @Test
    void untrustedDirectoryIsSkipped() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), runtime);
        Path open = Files.createDirectory(root.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createSymbolicLink(session.resolve("refractium"), runtime);

        for (String bad : List.of(link.toString(), open.toString(), root + "/missing", "relative", "nul\0")) {
            try (StateDirectory state = open(Map.of("RUNTIME_DIRECTORY", bad, "XDG_RUNTIME_DIR", session.toString()))) {
                assertThat(state.path()).as("for %s", bad).hasParentRaw(temporary.toRealPath());
            }
        }
    }

    @Test
    void closingRemovesItsContentsAndNothingElse() throws IOException {
        Path precious = Files.createFile(root.resolve("precious"));
        StateDirectory state = open(Map.of("RUNTIME_DIRECTORY", runtime.toString()));
        Files.createFile(Files.createDirectory(state.path().resolve("deeper")).resolve("file"));
        Files.createSymbolicLink(state.path().resolve("link"), precious);

        state.close();
        state.close();

        assertThat(runtime).isEmptyDirectory();
        assertThat(precious).exists();
    }

    @Test
    void numbersAreNeverReused() throws IOException {
        try (StateDirectory state = open(Map.of())) {
            assertThat(state.nextNumber()).isNotEqualTo(state.nextNumber());
        }
    }

    @Test
    void directoryOfADeadServerIsRemovedAndThatOfALiveOneKept() throws Exception {
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName(),
                        runtime.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Path theirs = Path.of(server.inputReader().readLine());
            try (StateDirectory ours = open(Map.of("RUNTIME_DIRECTORY", runtime.toString()));
                    StateDirectory second = open(Map.of("RUNTIME_DIRECTORY", runtime.toString()))) {
                assertThat(directories(runtime)).containsExactlyInAnyOrder(theirs, ours.path(), second.path());
            }
            server.destroyForcibly();
            assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(directories(runtime)).containsExactly(theirs);

            try (StateDirectory ours = open(Map.of("RUNTIME_DIRECTORY", runtime.toString()))) {
                assertThat(directories(runtime)).containsExactly(ours.path());
            }
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void similarlyNamedDirectoryThatIsNotAServersStays() throws IOException {
        Path notes = Files.createDirectory(runtime.resolve("refractium-notes"));

        open(Map.of("RUNTIME_DIRECTORY", runtime.toString())).close();

        assertThat(notes).exists();
    }

    @Test
    void directoryIsIntactUntilItOrItsLockIsRemovedOrReplaced() throws IOException {
        try (StateDirectory state = open(Map.of())) {
            assertThat(state.isWhole()).isTrue();

            Files.delete(state.path().resolve("lock"));
            assertThat(state.isWhole()).isFalse();
        }
        try (StateDirectory state = open(Map.of())) {
            Files.move(state.path(), root.resolve("away"));
            assertThat(state.isWhole()).isFalse();

            Files.createDirectory(state.path());
            Files.createFile(state.path().resolve("lock"));
            assertThat(state.isWhole()).isFalse();
        }
    }

    @Test
    void closingRemovesNoDirectoryThatReplacedIt() throws IOException {
        StateDirectory state = open(Map.of());
        Files.move(state.path(), root.resolve("away"));
        Path another = Files.createDirectory(state.path()).resolve("another");
        Files.createFile(another);

        state.close();

        assertThat(another).exists();
    }

    // Directories of processes that were killed before they made a lock

    @Test
    void oldDirectoryWithoutALockOfADeadProcessIsRemoved() throws IOException {
        Path empty = leftover("refractium-" + DEAD + "-17", 61);
        Path nearlyLocked = leftover("refractium-" + DEAD + "-18", 0);
        Files.createFile(nearlyLocked.resolve("lock.new"));
        age(nearlyLocked, 61);
        Path ofOurNumber = leftover("refractium-" + ProcessHandle.current().pid() + "-19", 61);

        open(Map.of()).close();

        assertThat(List.of(empty, nearlyLocked, ofOurNumber)).noneMatch(Files::exists);
    }

    @Test
    void youngDirectoryWithoutALockStays() throws IOException {
        Path young = leftover("refractium-" + DEAD + "-17", 30);

        open(Map.of()).close();

        assertThat(young).exists();
    }

    @Test
    void oldDirectoryWithoutALockOfALiveProcessStays() throws IOException {
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        Path live = leftover("refractium-" + parent + "-17", 3600);

        open(Map.of()).close();

        assertThat(live).exists();
    }

    @Test
    void directoriesWithOtherNamesStay() throws IOException {
        List<Path> others = List.of(
                leftover("refractium-" + DEAD, 3600),
                leftover("refractium-" + DEAD + "-", 3600),
                leftover("refractium-" + DEAD + "-x", 3600),
                leftover("refractium--17", 3600),
                leftover("refractium-0x10-17", 3600),
                leftover("refractium-99999999999-17", 3600),
                leftover("refractium-" + DEAD + "-17.bak", 3600),
                leftover("prefractium-" + DEAD + "-17", 3600));

        open(Map.of()).close();

        assertThat(others).allMatch(Files::exists);
    }

    @Test
    void linkOfSuchANameStaysAndSoDoesItsTarget() throws IOException {
        Path precious = Files.createDirectory(root.resolve("precious"));
        Path file = Files.createFile(precious.resolve("file"));
        Path link = Files.createSymbolicLink(temporary.resolve("refractium-" + DEAD + "-17"), precious);
        Path lockLink = leftover("refractium-" + DEAD + "-18", 0);
        Files.createSymbolicLink(lockLink.resolve("lock"), file);
        age(lockLink, 61);
        age(precious, 61);

        open(Map.of()).close();

        assertThat(List.of(link, file, lockLink)).allMatch(Files::exists);
    }

    @Test
    void directoryOfAnotherUserStays() throws IOException {
        assumeTrue(Files.getOwner(root).getName().equals("root"), "gives a directory away");
        Path theirs = leftover("refractium-" + DEAD + "-17", 3600);
        Files.setAttribute(theirs, "unix:uid", 65534);

        open(Map.of()).close();

        assertThat(theirs).exists();
    }

    private Path leftover(String name, long seconds) throws IOException {
        Path directory = Files.createDirectory(temporary.resolve(name));
        age(directory, seconds);
        return directory;
    }

    private static void age(Path directory, long seconds) throws IOException {
        Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minusSeconds(seconds)));
    }

    /** Another process, which holds a state directory until it is killed. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws IOException {
            StateDirectory state = StateDirectory.open(Map.of("RUNTIME_DIRECTORY", arguments[0]));
            Files.createFile(state.path().resolve("1-copy.jar"));
            System.out.println(state.path());
            while (System.in.read() >= 0) {
                // Until killed: nobody writes here.
            }
        }
    }

    private StateDirectory open(Map<String, String> environment) throws IOException {
        return StateDirectory.open(environment, temporary);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<Path> directories(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory.toRealPath())) {
            return found.toList();
        }
    }
}
