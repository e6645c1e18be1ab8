package dev.refractium.server.it.server;

import static dev.refractium.server.it.support.UnixServer.sendAndFinish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UnixBackend;
import dev.refractium.server.it.support.UnixServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of listeners at Unix sockets: their rights, their directory, and what was there before. */
class UnixSocketFileIT {
    private static final String KINDS = "dev.refractium.server.it.support.TestedIo#kinds";

    private UnixServer unix;

    @BeforeEach
    void create() throws Exception {
        unix = new UnixServer();
    }

    @AfterEach
    void delete() throws Exception {
        unix.close();
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void modeIsThatOfTheKey(String io) throws Exception {
        try (Refractium server = unix.start(
                io, unix.listener("private", "") + unix.listener("shared", "mode = \"0660\"") + unix.fallback())) {
            assertThat(unix.mode("private")).isEqualTo("rw-------");
            assertThat(unix.mode("shared")).isEqualTo("rw-rw----");
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
        try (Refractium server = unix.start(TestedIo.name(), unix.listener("app", "") + unix.fallback())) {
            for (int i = 0; i < 100; i++) {
                unix.write(unix.listener("app", "mode = \"" + (i % 2 == 0 ? "0400" : "0600") + "\"") + unix.fallback());
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
        boolean root = (int) Files.getAttribute(unix.directory(), "unix:uid") == 0;
        if (!root) {
            System.out.println("skipped: only root may give a socket to another user");
        }
        assumeThat(root).isTrue();
        try (Refractium server = unix.start(
                TestedIo.name(),
                unix.listener("app", "owner = \"65534\"\ngroup = \"daemon\"\nmode = \"0660\"") + unix.fallback())) {
            PosixFileAttributes attributes =
                    Files.readAttributes(unix.path("app"), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);

            assertThat(Files.getAttribute(unix.path("app"), "unix:uid")).isEqualTo(65534);
            assertThat(attributes.group().getName()).isEqualTo("daemon");
            assertThat(unix.mode("app")).isEqualTo("rw-rw----");
            await().until(() -> server.status().isReady());
        }
    }

    @Test
    void unknownOwnerAndMissingDirectoryAreProblems() throws Exception {
        String file = unix.listener("app", "owner = \"no_such_user\"\ngroup = \"no_such_group\"")
                + unix.listener("none/app", "name = \"none\"")
                + unix.fallback();

        assertThatThrownBy(() -> unix.start(TestedIo.name(), file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("owner: \"no_such_user\" is no user of this machine")
                .hasMessageContaining("group: \"no_such_group\" is no group of this machine")
                .hasMessageContaining("path: is in a directory that does not exist");
    }

    @Test
    void directoryThatOthersMayWriteIsRefusedForListenersAndControlAlike() throws Exception {
        Path shared = Files.createDirectory(unix.path("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        String file = unix.listener("shared/app", "name = \"app\"") + unix.fallback();
        String control = "[server]\ncontrol = \"" + shared.resolve("c.sock") + "\"\n" + unix.fallback();
        String why = ": is reached through " + shared + ": every user may write it; chmod o-w " + shared
                + "; or start with --trust-dir DIR";

        assertThatThrownBy(() -> unix.start(TestedIo.name(), file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("listeners[0].path" + why);
        assertThatThrownBy(() -> unix.start(TestedIo.name(), control))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("server.control" + why);
        try (Refractium server =
                unix.builder(TestedIo.name(), file).trustDirectory(shared).start()) {
            assertThat(unix.isServed("shared/app")).isTrue();
            assertThat(server.status().listeners()).hasSize(1);
        }
    }

    @Test
    void fileLinkAndLiveSocketAreNotTouched() throws Exception {
        Files.writeString(unix.path("file"), "mine");
        Path target = unix.directory().resolve("target");
        Files.createSymbolicLink(unix.path("link"), target);
        Files.createDirectory(unix.path("dir"));
        try (UnixBackend live = UnixBackend.named(unix.path("live"), "l")) {
            Map<String, String> reasons = Map.of(
                    "file", "is there and is no socket",
                    "link", "is there and is no socket",
                    "dir", "is there and is no socket",
                    "live", "is the socket of a server that runs");
            reasons.forEach((name, why) -> assertThatThrownBy(
                            () -> unix.start(TestedIo.name(), unix.listener(name, "") + unix.fallback()))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cannot listen on unix:" + unix.path(name) + ": ")
                    .hasMessageContaining(why));

            assertThat(unix.path("file")).hasContent("mine");
            assertThat(Files.readSymbolicLink(unix.path("link"))).isEqualTo(target);
            assertThat(target).doesNotExist();
            try (SocketChannel client = unix.connect("live")) {
                sendAndFinish(client, "x");
                assertThat(UnixBackend.rest(client)).isEqualTo("l>x");
            }
            assertThat(live.address()).endsWith("live");
        }
        try (Stream<Path> left = Files.list(unix.directory())) {
            assertThat(left)
                    .containsExactlyInAnyOrder(
                            unix.path("file"), unix.path("link"), unix.path("dir"), unix.path("refractium.toml"));
        }
    }

    @ParameterizedTest
    @MethodSource(KINDS)
    void socketThatADeadServerLeftIsReplaced(String io) throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(unix.path("app")));
        }
        try (Refractium server = unix.start(io, unix.listener("app", "") + unix.fallback())) {
            assertThat(unix.isServed("app")).isTrue();
            assertThat(server.status().listeners()).hasSize(1);
        }
        assertThat(unix.path("app")).doesNotExist();
    }

    private void look(Set<String> seen) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(unix.directory())) {
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
}
