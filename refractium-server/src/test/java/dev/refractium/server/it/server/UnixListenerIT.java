package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Session;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UnixBackend;
import dev.refractium.server.report.Status;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners at Unix sockets. */
class UnixListenerIT {
    private static final String KINDS = "dev.refractium.server.it.support.TestedIo#kinds";

    /** In the temporary directory itself, since a socket's path must be short. */
    private Path directory = Path.of("");

    private TestBackend backend;

    @BeforeEach
    void create() throws Exception {
        directory = Files.createTempDirectory("unix");
        backend = TestBackend.named("b");
    }

    @AfterEach
    void delete() throws Exception {
        backend.close();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void bytesAndHalfCloseArriveBothWaysFromUnixToUnix(String io) throws Exception {
        String large = "0123456789".repeat(500_000);
        try (UnixBackend unix = UnixBackend.named(directory.resolve("back"), "u");
                Refractium server = start(io, listener("app", "") + fallback(unix.address()));
                SocketChannel client = connect("app")) {
            Thread sender = new Thread(() -> sendAndFinish(client, large));
            sender.start();

            assertThat(UnixBackend.rest(client).equals("u>" + large)).isTrue();

            sender.join();
            await().until(() -> ended(server, "done") == 1);
            assertThat(server.status().listeners())
                    .containsExactly(new Status.Listener("app", "tcp", "unix:" + path("app")));
        }
        assertThat(path("app")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void backendThatFinishesFirstStillReceives(String io) throws Exception {
        UnixBackend.Handler finishing = client -> {
            if (client.read(ByteBuffer.allocate(1)) >= 0) {
                UnixBackend.send(client, "bye");
                client.shutdownOutput();
                UnixBackend.rest(client);
            }
        };
        try (UnixBackend unix = UnixBackend.serving(directory.resolve("back"), finishing);
                Refractium server = start(io, listener("app", "") + fallback(unix.address()));
                SocketChannel client = connect("app")) {
            UnixBackend.send(client, "x");
            assertThat(UnixBackend.rest(client)).isEqualTo("bye");

            sendAndFinish(client, "more");

            await().until(() -> ended(server, "done") == 1);
            assertThat(server.status().counters().get(Status.BYTES)).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void resetOfATcpBackendEndsTheClient(String io) throws Exception {
        TestBackend.Handler resetting = client -> {
            if (client.getInputStream().read() >= 0) {
                client.setSoLinger(true, 0);
                client.close();
            }
        };
        try (TestBackend resets = TestBackend.serving(resetting);
                Refractium server = start(io, listener("app", "") + fallback(resets.address()));
                SocketChannel client = connect("app")) {
            UnixBackend.send(client, "x");

            assertThat(UnixBackend.rest(client)).isEmpty();
            assertThat(ended(server, "backend-reset")).isOne();
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void clientIsNamedByItsUserAndHasNoLimitPerAddress(String io) throws Exception {
        BlockingQueue<Session> seen = new LinkedBlockingQueue<>();
        String file = listener("app", "") + fallback(backend.address()) + """
                [server]
                max_connections_per_ip = 1
                """;
        RefractiumBuilder builder = builder(io, file).hook("test", session -> {
            seen.add(session);
            return null;
        });
        try (Refractium server = builder.start()) {
            List<SocketChannel> clients = List.of(connect("app"), connect("app"), connect("app"));
            for (SocketChannel client : clients) {
                sendAndFinish(client, "x");
                assertThat(UnixBackend.rest(client)).isEqualTo("b>x");
                client.close();
            }

            Session session = seen.poll(30, TimeUnit.SECONDS);
            assertThat(session).isNotNull();
            int uid = (int) Files.getAttribute(directory, "unix:uid");
            assertThat(session.client()).isEqualTo(UnixDomainSocketAddress.of(io.equals("nio") ? "" : "uid=" + uid));
            assertThat(session.listener()).isEqualTo(UnixDomainSocketAddress.of(path("app")));
            await().until(() -> ended(server, "done") == 3);
        }
    }

    @Test
    void clientIsInNoNetworkAndHasNoRateOfItsOwn() throws Exception {
        try (Refractium server = start(
                TestedIo.name(),
                listener("guarded", "allow = \"0.0.0.0/0\"")
                        + listener("open", "deny = \"0.0.0.0/0\"\nnew_per_second_per_ip = 1")
                        + fallback(backend.address()))) {
            for (int i = 0; i < 5; i++) {
                assertThat(isServed("open")).isTrue();
            }
            assertThat(isServed("guarded")).isFalse();
            await().until(() -> ended(server, "denied") == 1);
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void modeIsThatOfTheKey(String io) throws Exception {
        try (Refractium server = start(
                io, listener("private", "") + listener("shared", "mode = \"0660\"") + fallback(backend.address()))) {
            assertThat(mode("private")).isEqualTo("rw-------");
            assertThat(mode("shared")).isEqualTo("rw-rw----");
            assertThat(server.status().listeners()).hasSize(2);
        }
    }

    @Test
    void noMomentHasAWiderModeThanTheKey() throws Exception {
        Set<String> seen = new ConcurrentSkipListSet<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread watcher = new Thread(() -> {
            while (!over.get()) {
                look(seen);
            }
        });
        watcher.start();
        try (Refractium server = start(TestedIo.name(), listener("app", "") + fallback(backend.address()))) {
            for (int i = 0; i < 100; i++) {
                write(listener("app", "mode = \"" + (i % 2 == 0 ? "0400" : "0600") + "\"")
                        + fallback(backend.address()));
                server.reload();
            }
        } finally {
            over.set(true);
            watcher.join();
        }

        System.out.printf("unix socket: 100 reloads, seen in the directory: %s%n", seen);
        assertThat(seen).contains("socket r--------", "socket rw-------");
        assertThat(seen).isSubsetOf("socket r--------", "socket rw-------", "directory rwx------");
    }

    @Test
    void ownerAndGroupAreThoseOfTheKeys() throws Exception {
        boolean root = (int) Files.getAttribute(directory, "unix:uid") == 0;
        if (!root) {
            System.out.println("skipped: only root may give a socket to another user");
        }
        assumeThat(root).isTrue();
        try (Refractium server = start(
                TestedIo.name(),
                listener("app", "owner = \"65534\"\ngroup = \"daemon\"\nmode = \"0660\"")
                        + fallback(backend.address()))) {
            PosixFileAttributes attributes =
                    Files.readAttributes(path("app"), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);

            assertThat(Files.getAttribute(path("app"), "unix:uid")).isEqualTo(65534);
            assertThat(attributes.group().getName()).isEqualTo("daemon");
            assertThat(mode("app")).isEqualTo("rw-rw----");
            assertThat(server.status().state()).isNotEqualTo(Status.State.NOT_READY);
        }
    }

    @Test
    void unknownOwnerAndMissingDirectoryAreProblems() throws Exception {
        String file = listener("app", "owner = \"no_such_user\"\ngroup = \"no_such_group\"")
                + listener("none/app", "name = \"none\"")
                + fallback(backend.address());

        assertThatThrownBy(() -> start(TestedIo.name(), file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("owner: \"no_such_user\" is no user of this machine")
                .hasMessageContaining("group: \"no_such_group\" is no group of this machine")
                .hasMessageContaining("path: is in a directory that does not exist");
    }

    @Test
    void directoryThatEveryUserMayWriteIsRefused() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> start(TestedIo.name(), listener("app", "") + fallback(backend.address())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is in a directory where every user may replace it; chmod o-w " + directory);
    }

    @Test
    void fileLinkAndLiveSocketAreNotTouched() throws Exception {
        Files.writeString(path("file"), "mine");
        Path target = directory.resolve("target");
        Files.createSymbolicLink(path("link"), target);
        Files.createDirectory(path("dir"));
        try (UnixBackend live = UnixBackend.named(path("live"), "l")) {
            Map<String, String> reasons = Map.of(
                    "file", "is there and is no socket",
                    "link", "is there and is no socket",
                    "dir", "is there and is no socket",
                    "live", "is the socket of a server that runs");
            reasons.forEach((name, why) -> assertThatThrownBy(
                            () -> start(TestedIo.name(), listener(name, "") + fallback(backend.address())))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cannot listen on unix:" + path(name) + ": ")
                    .hasMessageContaining(why));

            assertThat(path("file")).hasContent("mine");
            assertThat(Files.readSymbolicLink(path("link"))).isEqualTo(target);
            assertThat(target).doesNotExist();
            try (SocketChannel client = connect("live")) {
                sendAndFinish(client, "x");
                assertThat(UnixBackend.rest(client)).isEqualTo("l>x");
            }
            assertThat(live.address()).endsWith("live");
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left)
                    .containsExactlyInAnyOrder(path("file"), path("link"), path("dir"), path("refractium.toml"));
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void socketThatADeadServerLeftIsReplaced(String io) throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path("app")));
        }
        try (Refractium server = start(io, listener("app", "") + fallback(backend.address()))) {
            assertThat(isServed("app")).isTrue();
            assertThat(server.status().listeners()).hasSize(1);
        }
        assertThat(path("app")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void reloadKeepsMovesAndRemovesSockets(String io) throws Exception {
        try (Refractium server = start(io, listener("app", "") + listener("old", "") + fallback(backend.address()))) {
            Object before = key("app");
            SocketChannel open = connect("old");
            UnixBackend.send(open, "x");
            await().until(() -> server.status().sessions() == 1);

            write(listener("app", "") + listener("new", "") + fallback(backend.address()));
            server.reload();

            assertThat(key("app")).isEqualTo(before);
            assertThat(path("old")).doesNotExist();
            assertThat(isServed("app")).isTrue();
            assertThat(isServed("new")).isTrue();
            sendAndFinish(open, "");
            assertThat(UnixBackend.rest(open)).isEqualTo("b>x");
            open.close();
        }
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void newModeLosesNoClient(String io) throws Exception {
        try (Refractium server = start(io, listener("app", "") + fallback(backend.address()))) {
            AtomicBoolean over = new AtomicBoolean();
            List<Boolean> served = new ArrayList<>();
            Thread clients = new Thread(() -> {
                while (!over.get()) {
                    served.add(isServed("app"));
                }
            });
            clients.start();
            for (int i = 0; i < 20; i++) {
                write(listener("app", "mode = \"" + (i % 2 == 0 ? "0660" : "0600") + "\"")
                        + fallback(backend.address()));
                server.reload();
            }
            over.set(true);
            clients.join();

            System.out.printf("unix socket replaced 20 times on %s: %d clients served%n", io, served.size());
            assertThat(served).isNotEmpty().doesNotContain(false);
            assertThat(mode("app")).isEqualTo("rw-------");
        }
    }

    @Test
    void reloadThatFailsLeavesTheSocket() throws Exception {
        Files.writeString(path("file"), "mine");
        try (Refractium server = start(TestedIo.name(), listener("app", "") + fallback(backend.address()))) {
            Object before = key("app");
            write(listener("app", "mode = \"0666\"") + listener("file", "") + fallback(backend.address()));

            assertThatThrownBy(server::reload).isInstanceOf(StartException.class);

            assertThat(key("app")).isEqualTo(before);
            assertThat(mode("app")).isEqualTo("rw-------");
            assertThat(isServed("app")).isTrue();
            try (Stream<Path> left = Files.list(directory)) {
                assertThat(left.map(Path::getFileName).map(Path::toString))
                        .containsExactlyInAnyOrder("app", "file", "refractium.toml");
            }
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void socketThatVanishesIsMadeAnew(String io) throws Exception {
        try (Refractium server = start(io, listener("app", "mode = \"0660\"") + fallback(backend.address()))) {
            Files.delete(path("app"));

            await().until(() -> Files.exists(path("app")));

            assertThat(isServed("app")).isTrue();
            assertThat(mode("app")).isEqualTo("rw-rw----");
            assertThat(server.status().state()).isNotEqualTo(Status.State.NOT_READY);
        }
    }

    @Test
    void placeThatAnotherTakesIsReportedAndLeftAlone() throws Exception {
        try (Refractium server = start(TestedIo.name(), listener("app", "") + fallback(backend.address()))) {
            Files.delete(path("app"));
            Files.writeString(path("app"), "mine");

            await().until(() -> server.status().state() == Status.State.NOT_READY);
            assertThat(server.status().reasons())
                    .containsExactly("listener tcp unix:" + path("app") + " is not found by clients: " + path("app")
                            + ": is there and is no socket; name another file");
            assertThat(path("app")).hasContent("mine");

            Files.delete(path("app"));
            await().until(() -> server.status().state() != Status.State.NOT_READY);
            assertThat(isServed("app")).isTrue();
        }
        assertThat(path("app")).doesNotExist();
    }

    @Test
    void backendThatIsTheListenerIsRefused() throws Exception {
        assertThatThrownBy(() -> start(TestedIo.name(), listener("app", "") + fallback("unix:" + path("app"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("\"unix:" + path("app") + "\" is this server's own listener");
    }

    private static long ended(Refractium server, String cause) {
        return server.status().ends().getOrDefault(cause, 0L);
    }

    private void look(Set<String> seen) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path each : files) {
                PosixFileAttributes found =
                        Files.readAttributes(each, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                String kind = found.isOther() ? "socket " : found.isDirectory() ? "directory " : "";
                if (!kind.isEmpty()) {
                    seen.add(kind + PosixFilePermissions.toString(found.permissions()));
                }
            }
        } catch (IOException e) {
            // Gone between the two calls.
        }
    }

    private Refractium start(String io, String configuration) throws Exception {
        return builder(io, configuration).start();
    }

    private RefractiumBuilder builder(String io, String configuration) throws IOException {
        return Refractium.builder()
                .io(TestedIo.usable(io))
                .config(write(configuration))
                .hotReload(false)
                .peekTimeout(Duration.ofSeconds(1))
                .silenceTimeout(Duration.ofMillis(250))
                .drainTimeout(Duration.ZERO);
    }

    private Path write(String configuration) throws IOException {
        Comparator<String> tablesLast = Comparator.comparing(line -> !line.startsWith("fallback_tcp"));
        String sorted = configuration.lines().sorted(tablesLast).collect(Collectors.joining("\n"));
        return Files.writeString(directory.resolve("refractium.toml"), sorted);
    }

    private String listener(String name, String more) {
        return """
                [[listeners]]
                %spath = "%s"
                %s
                """.formatted(more.contains("name = ") ? "" : "name = \"" + name + "\"\n", path(name), more);
    }

    private static String fallback(String address) {
        return "fallback_tcp = \"%s\"%n".formatted(address);
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private SocketChannel connect(String name) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path(name)));
    }

    private boolean isServed(String name) {
        try (SocketChannel client = connect(name)) {
            sendAndFinish(client, "x");
            return UnixBackend.rest(client).equals("b>x");
        } catch (IOException e) {
            return false;
        }
    }

    private static void sendAndFinish(SocketChannel client, String text) {
        try {
            UnixBackend.send(client, text);
            client.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path(name), LinkOption.NOFOLLOW_LINKS));
    }

    private Object key(String name) throws IOException {
        return Files.readAttributes(path(name), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
