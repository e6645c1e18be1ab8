package dev.refractium.server.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.refractium.server.control.CloseRequest.What;
import dev.refractium.server.files.SocketFile;
import dev.refractium.server.files.SocketPlace;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.text.Network;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The control socket between real ends: access, limits, and the life of its file. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it sets POSIX permissions")
class ControlSocketIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A client that sends nothing and prints what it receives. */
    private static final String STRANGER = """
            public class Stranger {
                public static void main(String[] args) throws Exception {
                    var heard = java.nio.ByteBuffer.allocate(4096);
                    try (var socket = java.nio.channels.SocketChannel.open(
                            java.net.UnixDomainSocketAddress.of(args[0]))) {
                        while (socket.read(heard) >= 0) {}
                    }
                    System.out.write(heard.array(), 0, heard.position());
                    System.out.flush();
                }
            }
            """;

    private static final String REFUSED =
            "this socket only answers what changes nothing: status, metrics, measures, sessions, samples";

    private static final SessionsRequest SESSIONS = new SessionsRequest(
            new SessionsRequest.Filter(
                    Optional.of("http"),
                    Optional.of(Network.parse("10.0.0.0/8")),
                    Optional.of("127.0.0.1:2"),
                    Optional.of("default")),
            SessionsRequest.Sort.AGE,
            7,
            3);

    private final Recorded recorded = new Recorded();

    @TempDir
    private Path directory;

    private Path file;
    private ControlServer server;

    @BeforeEach
    void start() throws IOException {
        file = directory.resolve("c.sock");
        server = ControlServer.start(file, recorded, PATIENCE);
    }

    @AfterEach
    void stop() {
        recorded.reloading.countDown();
        server.close();
    }

    @Test
    void pathMayHave106BytesAndNoMore() throws IOException {
        Path longest = directory.resolve(
                "c".repeat(Addresses.LONGEST_UNIX_PATH - directory.toString().length() - 1));
        Path longer = directory.resolve(longest.getFileName() + "c");

        assertThat(SocketPlace.reasonAgainst(longest, Set.of())).isEmpty();
        ControlServer.start(longest, recorded, PATIENCE).close();
        assertThat(SocketPlace.reasonAgainst(longer, Set.of()).orElseThrow()).startsWith("has 107 bytes");
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> ControlServer.start(longer, recorded, PATIENCE))
                .withMessageStartingWith(longer + ": ");
    }

    // Requests

    @Test
    void everyRequestReachesTheServerAndIsAnswered() throws IOException {
        recorded.reloading.countDown();
        ControlClient client = ControlClient.at(file);

        assertThat(client.status())
                .startsWith("{\"state\":\"degraded\",\"reasons\":[\"a\\\\x1b[31m\\\"b\\\\c\"],\"pid\":42");
        assertThat(client.reload(false))
                .contains("\"outcome\":\"refused\"", "\"problems\":[\"t:1:1: server.port: is wrong\"]");
        assertThat(client.reload(true)).contains("\"outcome\":\"refused\"");
        assertThat(client.close(new CloseRequest(What.ROUTE, "https[alpn=a b]", Duration.ofSeconds(30))))
                .isEqualTo("{\"sessions\":7}");
        assertThat(recorded.asked)
                .containsExactly(
                        "status",
                        "reload",
                        "reload by force",
                        "CloseRequest[what=ROUTE, name=https[alpn=a b], after=PT30S]");
    }

    @Test
    void sessionsMeasuresAndSamplesAreAnswered() throws IOException {
        ControlClient client = ControlClient.at(file);

        assertThat(client.sessions(SESSIONS)).isEqualTo("{\"sessions\":[],\"next\":9,\"total\":12}");
        assertThat(client.measures()).contains("\"overall\":{\"in_sync\":true,\"applied\":1,\"refused\":2,");
        assertThat(client.samples()).contains("\"bytes\":\"\\\\x00\\\"a\"");
        assertThat(client.sample(new SamplesRequest(Duration.ofMinutes(10))))
                .isEqualTo("{\"on\":false,\"until\":null,\"newest\":[]}");
        assertThat(recorded.asked)
                .startsWith(SESSIONS.toString(), "measures", "samples")
                .last()
                .asString()
                .matches("SamplesRequest\\[time=PT10M] by user \\S+, process "
                        + ProcessHandle.current().pid());
    }

    @Test
    void orderReachesTheServerWithWhoGaveIt() throws IOException {
        BackendRequest request = new BackendRequest(
                BackendRequest.Action.DRAIN,
                "127.0.0.1:80",
                Optional.of("web"),
                OptionalInt.empty(),
                new BackendRequest.Term(Optional.of(Duration.ofHours(8)), false, false));

        String answer = ControlClient.at(file).order(request);

        assertThat(answer)
                .isEqualTo("{\"pools\":[\"pool:web\"],\"before\":\"as configured\",\"after\":\"drained\","
                        + "\"kept\":true,\"sessions\":0}");
        assertThat(recorded.asked)
                .containsExactly(request + " by user " + System.getProperty("user.name") + ", process "
                        + ProcessHandle.current().pid());
    }

    @Test
    void requestsThatCannotBeServedReturnAnError() throws IOException {
        ControlClient client = ControlClient.at(file);

        assertThat(client.close(new CloseRequest(What.ROUTE, "none", Duration.ZERO)))
                .isEqualTo("{\"error\":\"there is no route \\\"none\\\"\"}");
        assertThat(client.close(new CloseRequest(What.ROUTE, "broken", Duration.ZERO)))
                .contains("the server failed to do it")
                .contains("IllegalStateException");
        assertThat(said("shutdown now\n")).contains("unknown request \\\"shutdown now\\\"");
        assertThat(said("\n")).contains("unknown request");
        assertThat(said("close 1 planet x\n")).contains("no JSON object");
        assertThat(said("status")).contains("end it by a line feed");
    }

    @Test
    void requestLinesMayArriveInPiecesUpToTheLimit() throws IOException {
        String longest = "x".repeat(Exchange.LONGEST);
        try (SocketChannel slow = connect()) {
            for (char c : "status\n".toCharArray()) {
                write(slow, String.valueOf(c));
            }

            assertThat(rest(slow)).startsWith("{\"state\"");
        }
        assertThat(said(longest + "\n")).contains("unknown request");
        assertThat(said(longest + "x\n")).contains("longer than 4096 bytes");
    }

    @Test
    void socketThatOnlyAnswersTheStatusRefusesTheRest() throws IOException {
        Path other = directory.resolve("read.sock");
        try (ControlServer reading =
                ControlServer.bind(Optional.of(other), new SocketAccess(Optional.empty(), true), Map.of())) {
            reading.serve(recorded);
            ControlClient client = ControlClient.at(other);

            assertThat(client.status()).startsWith("{\"state\"");
            assertThat(client.measures()).startsWith("{\"listeners\"");
            assertThat(client.sessions(SESSIONS)).startsWith("{\"sessions\"");
            assertThat(client.samples()).startsWith("{\"on\"");
            assertThat(client.reload(false)).contains(REFUSED);
            assertThat(client.close(new CloseRequest(What.ROUTE, "x", Duration.ZERO)))
                    .contains(REFUSED);
            assertThat(client.sample(new SamplesRequest(Duration.ofSeconds(1)))).contains(REFUSED);
            assertThat(recorded.asked).containsExactly("status", "measures", SESSIONS.toString(), "samples");
        }
    }

    /** Another user of this machine would need an account; the system's own rules about modes are not tested here. */
    @Test
    void groupMayUseTheSocketThatIsSharedWithIt() throws IOException {
        String group = Files.readAttributes(directory, PosixFileAttributes.class)
                .group()
                .getName();
        Path other = directory.resolve("group.sock");
        try (ControlServer shared =
                ControlServer.bind(Optional.of(other), new SocketAccess(Optional.of(group), false), Map.of())) {
            shared.serve(recorded);
            PosixFileAttributes attributes = Files.readAttributes(other, PosixFileAttributes.class);

            assertThat(PosixFilePermissions.toString(attributes.permissions())).isEqualTo("rw-rw----");
            assertThat(attributes.group().getName()).isEqualTo(group);
            assertThat(SocketFile.isShared(other, attributes.owner())).isTrue();
            assertThat(SocketFile.isShared(file, attributes.owner())).isFalse();
            assertThat(ControlClient.at(other).status()).startsWith("{\"state\"");
        }
    }

    // Time and number

    @Test
    void silentClientReceivesAnErrorAtTheDeadline() throws IOException {
        Path other = directory.resolve("short.sock");
        long begin = System.nanoTime();
        try (ControlServer impatient = ControlServer.start(other, recorded, Duration.ofMillis(200));
                SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(impatient.file()))) {
            String answer = rest(silent);

            assertThat(answer).contains("no whole line within 200ms");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void ninthClientIsRefusedUntilAnotherClientHasLeft() throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 0; i < ControlClients.MOST_CLIENTS; i++) {
                SocketChannel client = connect();
                clients.add(client);
                write(client, "reload\n");
            }
            await().until(() -> recorded.asked.size() == ControlClients.MOST_CLIENTS);

            assertThat(said("status\n")).contains("busy: 8 clients");

            recorded.reloading.countDown();
            for (SocketChannel client : clients) {
                assertThat(rest(client)).contains("\"outcome\"");
            }
            await().untilAsserted(() -> assertThat(said("status\n")).startsWith("{\"state\""));
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void thousandClientsThatLeaveEarlyLeakNoDescriptor() throws IOException {
        said("status\n");
        int before = Descriptors.open();
        long begin = System.nanoTime();

        for (int i = 0; i < 1_000; i++) {
            try (SocketChannel client = connect()) {
                write(client, i % 2 == 0 ? "sta" : "status\n");
            } catch (IOException e) {
                // Cut while it wrote, since too many were there.
            }
        }

        await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(before));
        System.out.printf("control socket: 1000 rude clients, descriptors %+d%n", Descriptors.open() - before);
        assertThat(said("status\n")).startsWith("{\"state\"");
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("nobody waits for them")
                .isLessThan(PATIENCE.dividedBy(2));
    }

    // The file

    @Test
    void onlyTheOwnerMayOpenTheSocket() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void anotherUserIsRefusedWhateverTheModeOfTheFile() throws Exception {
        assumeTrue(Files.getOwner(directory).getName().equals("root"), "becomes another user");
        assumeTrue(isInstalled("setpriv"), "needs setpriv");
        Path client = Files.writeString(directory.resolve("Stranger.java"), STRANGER);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

        Process stranger = new ProcessBuilder(
                        "setpriv", "--reuid=65534", "--clear-groups", java, client.toString(), file.toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(stranger.getInputStream().readAllBytes(), UTF_8))
                .contains("this socket is for the user that the server runs as");
        assertThat(recorded.asked).isEmpty();
    }

    @Test
    void socketOfARunningServerIsNotTakenOver() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ControlServer.start(file, recorded, PATIENCE))
                .withMessageContaining("is the socket of a server that runs");
        assertThat(file).exists();
    }

    @Test
    void fileThatIsNoSocketIsLeftAlone() throws IOException {
        Path notes = Files.writeString(directory.resolve("notes"), "mine");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ControlServer.start(notes, recorded, PATIENCE))
                .withMessageContaining("is no socket");
        assertThat(notes).hasContent("mine");
    }

    @Test
    void socketOfADeadServerIsReplaced() throws IOException {
        Path stale = dead("stale.sock");

        try (ControlServer next = ControlServer.start(stale, recorded, PATIENCE)) {
            assertThat(ControlClient.at(next.file()).status()).startsWith("{\"state\"");
        }
        assertThat(stale).doesNotExist();
    }

    @Test
    void closingTwiceDoesNotRemoveTheSocketOfTheNextServer() throws IOException {
        server.close();
        assertThat(file).doesNotExist();

        try (ControlServer next = ControlServer.start(file, recorded, PATIENCE)) {
            server.close();

            assertThat(next.file()).exists();
        }
    }

    // Finding it

    @Test
    void onlyServerIsFoundInTheDefaultDirectoryAndDeadSocketsAreRemoved() throws IOException {
        Path run = owned("run");
        Map<String, String> environment = Map.of("RUNTIME_DIRECTORY", run.toString());
        Path stale = dead("run/999999999.sock");

        try (ControlServer usual = ControlServer.start(Optional.empty(), environment, recorded)) {
            assertThat(usual.file().getFileName())
                    .hasToString(ProcessHandle.current().pid() + ".sock");
            // Not by find: this user may have other servers in the temporary directory.
            assertThat(ControlClient.at(run).socket()).isEqualTo(usual.file());
            assertThat(stale).doesNotExist();
        }
    }

    @Test
    void severalServersAreListedAndADirectorySelectsOne() throws IOException {
        Path one = owned("one");
        Path two = owned("two");
        Map<String, String> both = Map.of("RUNTIME_DIRECTORY", one.toString(), "XDG_RUNTIME_DIR", two.toString());
        Path second = Files.createDirectory(two.resolve("refractium")).resolve("2.sock");
        try (ControlServer first = ControlServer.start(one.resolve("1.sock"), recorded, PATIENCE);
                ControlServer other = ControlServer.start(second, recorded, PATIENCE)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> ControlClient.find(both))
                    .withMessageStartingWith("several servers run")
                    .withMessageContainingAll(
                            first.file().toString(), other.file().toString());
            assertThat(ControlClient.at(one).socket()).isEqualTo(first.file());
        }
    }

    @Test
    void statusNamesTheDirectoriesSearchedWhenNoServerRuns() throws IOException {
        Path empty = owned("empty");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ControlClient.at(empty))
                .withMessageContaining("no server runs")
                .withMessageContaining(empty.toString());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> ControlClient.at(directory.resolve("gone.sock")).status())
                .withMessageContaining("there is no socket");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ControlClient.at(dead("d.sock")).status())
                .withMessageContaining("no server answers");
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private Path owned(String name) throws IOException {
        return Files.createDirectory(
                directory.resolve(name).toAbsolutePath(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Creates a socket as a killed server leaves it. */
    private Path dead(String name) throws IOException {
        Path socket = directory.resolve(name);
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        return socket;
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(file));
    }

    /** Sends the text, ends the sending direction, and returns the answer. */
    private String said(String text) throws IOException {
        try (SocketChannel client = connect()) {
            try {
                write(client, text);
                client.shutdownOutput();
            } catch (IOException e) {
                // Refused before it was read.
            }
            return rest(client);
        }
    }

    private static void write(SocketChannel client, String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private static String rest(SocketChannel client) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(1 << 16);
        try {
            while (client.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
        } catch (IOException reset) {
            // After its answer, by a server that had not read everything.
            assertThat(answer.position()).isPositive();
        }
        return UTF_8.decode(answer.flip()).toString();
    }
}
