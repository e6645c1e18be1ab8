package dev.refractium.server.control;

import dev.refractium.server.files.SocketDirectory;
import dev.refractium.server.files.SocketFile;
import dev.refractium.server.files.Users;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;

/** Sends requests to a running server. One use per request, any thread. */
public final class ControlClient {
    /** A reload may wait for names and for plugins. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int LONGEST = 64 << 20;

    private final Path socket;

    private ControlClient(Path socket) {
        this.socket = socket;
    }

    /** Returns the server of this socket; of a directory, the only server that answers there, whatever the socket's name. */
    public static ControlClient at(Path place) throws IOException {
        return Files.isDirectory(place)
                ? only(live(ControlPlace.sockets(place).stream()), List.of(place))
                : new ControlClient(place);
    }

    /**
     * Returns the only server of this user, found in the directories of {@link SocketDirectory}.
     *
     * @throws IOException if there is none, or if there are several, which it lists
     */
    public static ControlClient find(Map<String, String> environment) throws IOException {
        return only(running(environment), SocketDirectory.existing(environment));
    }

    /** All servers of this user, by the directories of {@link SocketDirectory}. */
    public static List<ControlClient> running(Map<String, String> environment) {
        return live(SocketDirectory.existing(environment).stream()
                .flatMap(directory -> ControlPlace.usualSockets(directory).stream()));
    }

    private static List<ControlClient> live(Stream<Path> sockets) {
        return sockets.filter(SocketFile::answers)
                .distinct()
                .map(ControlClient::new)
                .toList();
    }

    private static ControlClient only(List<ControlClient> live, List<Path> directories) throws IOException {
        if (live.size() == 1) {
            return live.get(0);
        }
        String looked = directories.isEmpty()
                ? "none of the usual directories is there"
                : "looked in " + directories.stream().map(Path::toString).collect(Collectors.joining(", "));
        throw new IOException(
                live.isEmpty()
                        ? "no server runs, as far as this user can see (" + looked + "); name its socket by --control"
                        : several("several servers run", live));
    }

    /**
     * Returns the message about several servers of which one is asked for.
     *
     * @param found the beginning of the message
     */
    public static String several(String found, List<ControlClient> servers) {
        return found + "; name one by --control: "
                + servers.stream().map(server -> server.socket.toString()).collect(Collectors.joining(" "));
    }

    /** Returns the socket of the server. */
    public Path socket() {
        return socket;
    }

    /** Requests the status; the answer is JSON, or an error in JSON. */
    public String status() throws IOException {
        return ask("status");
    }

    /** Requests the metrics; see {@link #status}. */
    public String metrics() throws IOException {
        return ask("metrics");
    }

    /** Requests what has been counted and measured; see {@link #status}. */
    public String measures() throws IOException {
        return ask("measures");
    }

    /** Requests a page of the live sessions; see {@link #status}. */
    public String sessions(SessionsRequest request) throws IOException {
        return ask(request.line());
    }

    /** Requests the first bytes of clients that got no route; see {@link #status}. */
    public String samples() throws IOException {
        return ask("samples");
    }

    /** Has such bytes kept, or no longer; see {@link #status}. */
    public String sample(SamplesRequest request) throws IOException {
        return ask(request.line(ProcessHandle.current().pid()));
    }

    /**
     * Requests a reload; see {@link #status}.
     *
     * @param force whether to take a map that has lost most of its names
     */
    public String reload(boolean force) throws IOException {
        return ask(force ? "reload " + Json.of(Map.of(Exchange.FORCE, true)) : "reload");
    }

    /** Requests the end of sessions; see {@link #status}. */
    public String close(CloseRequest request) throws IOException {
        return ask(request.line());
    }

    /** Asks for the server's listening sockets, as {@link TakeOver} receives them; see {@link #status}. */
    public String takeOver() throws IOException {
        return ask("take-over");
    }

    /** Orders what a backend is to do; see {@link #status}. */
    public String order(BackendRequest request) throws IOException {
        return ask(request.line(ProcessHandle.current().pid()));
    }

    private String ask(String line) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("there is no socket " + socket);
        }
        try (SocketChannel server = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            server.connect(UnixDomainSocketAddress.of(socket));
            requireTrusted(server);
            say(server, line);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_READ);
            return answer(server, selector);
        } catch (IOException e) {
            throw new IOException("no server answers at " + socket + ": " + e.getMessage(), e);
        }
    }

    /**
     * Another user's program would answer what it likes. Root may ask anybody's server; others, beside their own, one
     * whose user shares the socket with a group.
     */
    private void requireTrusted(SocketChannel server) throws IOException {
        if (!server.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
            return;
        }
        UserPrincipal user = server.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (!Users.isBelieved(user) && !SocketFile.isShared(socket, user)) {
            throw new IOException("what listens there runs as user " + user.getName() + ", neither this one nor root;"
                    + " it was not asked");
        }
    }

    private static void say(SocketChannel server, String line) {
        try {
            server.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            // A server that refuses this client does not read its request, but has answered why.
        }
    }

    private static String answer(SocketChannel server, Selector selector) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (answer.size() < LONGEST) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            selector.selectedKeys().clear();
            if (left <= 0 || selector.select(left) == 0) {
                throw new IOException("no answer within " + PATIENCE.toSeconds() + " s");
            }
            buffer.clear();
            if (isOver(server, buffer, answer.size() > 0)) {
                break;
            }
            answer.write(buffer.array(), 0, buffer.position());
        }
        String text = answer.toString(StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            throw new IOException("it ended the connection without an answer");
        }
        return text;
    }

    /** Returns whether the answer has ended. A server that did not read all of the request then resets the connection. */
    private static boolean isOver(SocketChannel server, ByteBuffer buffer, boolean answered) throws IOException {
        try {
            return server.read(buffer) < 0;
        } catch (IOException e) {
            if (answered) {
                return true;
            }
            throw e;
        }
    }
}
