package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    void theRuntimeDirectoryIsPreferred() throws IOException {
        try (StateDirectory state =
                open(Map.of("RUNTIME_DIRECTORY", runtime + ":/x", "XDG_RUNTIME_DIR", session + ""))) {
            assertThat(state.path()).hasParentRaw(runtime.toRealPath());
        }
    }

    @Test
    void theSessionsDirectoryComesSecondWithAPlaceOfOurOwnInIt() throws IOException {
        try (StateDirectory state = open(Map.of("RUNTIME_DIRECTORY", "", "XDG_RUNTIME_DIR", session.toString()))) {
            Path ours = session.resolve("refractium").toRealPath();
            assertThat(state.path()).hasParentRaw(ours);
            assertThat(permissions(ours)).isEqualTo("rwx------");
        }
    }

    @Test
    void withoutEitherItIsAFreshTemporaryOne() throws IOException {
        try (StateDirectory one = open(Map.of());
                StateDirectory other = open(Map.of())) {
            assertThat(one.path()).hasParentRaw(temporary.toRealPath()).isNotEqualTo(other.path());
            assertThat(permissions(one.path())).isEqualTo("rwx------");
        }
    }

    @Test
    void aPlaceThatCannotBeTrustedIsPassedOver() throws IOException {
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
    void closingRemovesAllThatIsInItAndNothingElse() throws IOException {
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
    void numbersNeverComeTwice() throws IOException {
        try (StateDirectory state = open(Map.of())) {
            assertThat(state.nextNumber()).isNotEqualTo(state.nextNumber());
        }
    }

    @Test
    void whatADeadServerLeftIsRemovedAndWhatALiveOneHoldsIsNot() throws Exception {
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
    void aDirectoryOfTheSameNameThatIsNotAServersStays() throws IOException {
        Path notes = Files.createDirectory(runtime.resolve("refractium-notes"));

        open(Map.of("RUNTIME_DIRECTORY", runtime.toString())).close();

        assertThat(notes).exists();
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
