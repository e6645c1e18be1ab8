package dev.refractium.server.it.server;

import static dev.refractium.server.it.support.UnixServer.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Session;
import dev.refractium.server.Refractium;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UnixServer;
import dev.refractium.server.net.AbstractName;
import dev.refractium.server.net.LinuxSockets;
import dev.refractium.server.report.Status;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listeners at abstract Unix names, which only epoll has. */
class AbstractNameIT {
    private final String name = "refractium-test/" + ProcessHandle.current().pid() + "-" + System.nanoTime();

    private UnixServer unix;

    @BeforeEach
    void create() throws Exception {
        unix = new UnixServer();
    }

    @AfterEach
    void delete() throws Exception {
        unix.close();
    }

    @Test
    void clientIsServedAndNamedByItsUserAndNoFileIsMade() throws Exception {
        BlockingQueue<Session> seen = new LinkedBlockingQueue<>();
        String file = listener("app") + unix.fallback() + """
                [server]
                max_connections_per_ip = 1
                """;
        try (Refractium server = unix.builder(TestedIo.EPOLL, file)
                .hook("test", session -> {
                    seen.add(session);
                    return null;
                })
                .start()) {
            assertThat(server.status().listeners()).containsExactly(new Status.Listener("app", "tcp", "unix:@" + name));
            for (int i = 0; i < 3; i++) {
                assertThat(answer()).isEqualTo("b>x");
            }

            Session session = seen.poll(30, TimeUnit.SECONDS);
            assertThat(session).isNotNull();
            int uid = (int) Files.getAttribute(unix.directory(), "unix:uid");
            assertThat(session.client()).isEqualTo(UnixDomainSocketAddress.of("uid=" + uid));
            assertThat(session.listener()).isEqualTo(address());
            await().until(() -> ended(server, "done") == 3);
            try (Stream<Path> files = Files.list(unix.directory())) {
                assertThat(files).containsExactly(unix.path("refractium.toml"));
            }
        }
        assertThat(Path.of("@" + name)).doesNotExist();
        assertThatThrownBy(this::answer).isInstanceOf(IOException.class);
    }

    @Test
    void nameThatIsTakenIsRefusedAndFreeAfterwards() throws Exception {
        String file = listener("app") + unix.fallback();
        try (Refractium first = unix.start(TestedIo.EPOLL, file)) {
            assertThatThrownBy(() -> unix.start(TestedIo.EPOLL, file))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cannot listen on unix:@" + name + ": the name is taken");
            assertThat(answer()).isEqualTo("b>x");
            await().until(() -> first.status().isReady());
        }
        try (Refractium second = unix.start(TestedIo.EPOLL, file)) {
            assertThat(answer()).isEqualTo("b>x");
            assertThat(second.status().listeners()).hasSize(1);
        }
    }

    @Test
    void reloadKeepsTheSocketAndRemovesIt() throws Exception {
        String more = unix.listener("more", "") + unix.fallback();
        try (Refractium server = unix.start(TestedIo.EPOLL, listener("app") + more)) {
            server.reload();
            assertThat(answer()).isEqualTo("b>x");

            unix.write(more);
            server.reload();

            assertThatThrownBy(this::answer).isInstanceOf(IOException.class);
            assertThat(unix.isServed("more")).isTrue();
        }
    }

    @Test
    void nioRefusesTheNameAndMakesNoFile() throws Exception {
        assertThatThrownBy(() -> unix.start(TestedIo.NIO, listener("app") + unix.fallback()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "listeners[0].abstract: abstract names need io = \"epoll\", which is not used here;"
                                + " name the path of a file instead");
        assertThat(Path.of("@" + name)).doesNotExist();
    }

    private String listener(String of) {
        return """
                [[listeners]]
                name = "%s"
                path = "%s"
                abstract = true
                """.formatted(of, name);
    }

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of("@" + name);
    }

    /** Returns what the backend answers to a client, which the JDK cannot be. */
    private String answer() throws IOException {
        Socket client = LinuxSockets.unixStream();
        try {
            client.connect(AbstractName.toNative(address()));
            ByteBuffer bytes = ByteBuffer.allocateDirect(64);
            client.send(bytes.put((byte) 'x').flip(), 0, 1);
            client.shutdown(false, true);
            bytes.clear();
            await().until(() -> {
                int read = client.recv(bytes, bytes.position(), bytes.limit());
                bytes.position(bytes.position() + Math.max(read, 0));
                return read < 0;
            });
            return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
        } finally {
            client.close();
        }
    }
}
