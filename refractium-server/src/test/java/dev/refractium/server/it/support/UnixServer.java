package dev.refractium.server.it.support;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What servers with Unix listeners need: a directory for sockets and configuration, a backend, and clients. */
public final class UnixServer implements AutoCloseable {
    /** In the temporary directory itself, since a socket's path must be short. */
    private final Path directory = Files.createTempDirectory("unix");

    private final TestBackend backend = TestBackend.named("b");

    public UnixServer() throws IOException {}

    @Override
    public void close() throws IOException {
        backend.close();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    public Path directory() {
        return directory;
    }

    public Path path(String name) {
        return directory.resolve(name);
    }

    /** Starts one of this configuration, and waits neither for files nor for sessions. */
    public Refractium start(String io, String configuration) throws Exception {
        return builder(io, configuration).start();
    }

    public RefractiumBuilder builder(String io, String configuration) throws IOException {
        return Refractium.builder()
                .io(TestedIo.usable(io))
                .config(write(configuration))
                .hotReload(false)
                .peekTimeout(Duration.ofSeconds(1))
                .silenceTimeout(Duration.ofMillis(250))
                .drainTimeout(Duration.ZERO);
    }

    /** Writes the configuration that {@code reload} then reads. */
    public Path write(String configuration) throws IOException {
        Comparator<String> tablesLast = Comparator.comparing(line -> !line.startsWith("fallback_tcp"));
        String sorted = configuration.lines().sorted(tablesLast).collect(Collectors.joining("\n"));
        return Files.writeString(directory.resolve("refractium.toml"), sorted);
    }

    /** Returns the table of a listener whose socket has its name. */
    public String listener(String name, String more) {
        return """
                [[listeners]]
                %spath = "%s"
                %s
                """.formatted(more.contains("name = ") ? "" : "name = \"" + name + "\"\n", path(name), more);
    }

    /** Sends what no route takes to the backend. */
    public String fallback() {
        return fallback(backend.address());
    }

    public static String fallback(String address) {
        return "fallback_tcp = \"%s\"%n".formatted(address);
    }

    public SocketChannel connect(String name) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path(name)));
    }

    /** Returns whether the backend answers a client of this socket. */
    public boolean isServed(String name) {
        try (SocketChannel client = connect(name)) {
            // One that is refused may find the connection closed at any of these.
            UnixBackend.send(client, "x");
            client.shutdownOutput();
            return UnixBackend.rest(client).equals("b>x");
        } catch (IOException e) {
            return false;
        }
    }

    public static void sendAndFinish(SocketChannel client, String text) {
        try {
            UnixBackend.send(client, text);
            client.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static long ended(Refractium server, String cause) {
        return server.status().ends().getOrDefault(cause, 0L);
    }

    public String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path(name), LinkOption.NOFOLLOW_LINKS));
    }

    public Object key(String name) throws IOException {
        return Files.readAttributes(path(name), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
