package dev.refractium.server.control;

import dev.refractium.server.files.Users;
import dev.refractium.server.text.FileTrouble;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens at a Unix domain socket for this user and root, and answers one request a connection by what its
 * {@link Administration} says. On threads of its own, all daemons: one accepts, one for each client, eight at most.
 * {@link Exchange} has what is said.
 */
public final class ControlServer implements AutoCloseable {
    static final int MOST_CLIENTS = 8;

    /** Of a socket's path, in bytes: Linux takes 108 with what ends it, of which Java leaves one more. Others take less. */
    static final int LONGEST_PATH = 106;

    private static final Logger log = LoggerFactory.getLogger(ControlServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 1_000_000_000;

    private final Path file;
    private final Object identity;
    private final ServerSocketChannel listener;
    private final Administration administration;
    private final Duration patience;
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ThreadPoolExecutor clients =
            new ThreadPoolExecutor(0, MOST_CLIENTS, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), this::clientThread);

    private ControlServer(Path file, ServerSocketChannel listener, Administration administration, Duration patience)
            throws IOException {
        this.file = file;
        this.identity = ControlPlace.identity(file);
        this.listener = listener;
        this.administration = administration;
        this.patience = patience;
    }

    /** Why no socket could be made at {@code file}, as far as that shows without trying. */
    public static Optional<String> reasonAgainst(Path file) {
        Path directory = file.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            return Optional.of("is in a directory that does not exist; create " + directory);
        }
        int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
        return length > LONGEST_PATH
                ? Optional.of("has " + length + " bytes with its directory, and a socket's path " + LONGEST_PATH
                        + " at most; name a shorter one")
                : Optional.empty();
    }

    /**
     * Listens at {@code file}, or, where none is named, at PID.sock in the first directory of
     * {@link dev.refractium.server.files.SocketDirectory}. A socket that a dead server left is replaced.
     *
     * @throws IOException if the file is somebody else's, or cannot be made
     */
    public static ControlServer start(
            Optional<Path> file, Map<String, String> environment, Administration administration) throws IOException {
        Path place = file.isPresent() ? file.get() : ControlPlace.usual(environment);
        return start(place, administration, PATIENCE);
    }

    static ControlServer start(Path file, Administration administration, Duration patience) throws IOException {
        ControlPlace.clear(file);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            bind(listener, file);
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            ControlServer server = new ControlServer(file, listener, administration, patience);
            Thread accepting = new Thread(server::accept, "refractium-control");
            accepting.setDaemon(true);
            accepting.start();
            return server;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** Whatever fails, the message names the file. */
    private static void bind(ServerSocketChannel listener, Path file) throws IOException {
        try {
            listener.bind(UnixDomainSocketAddress.of(file));
        } catch (SocketException e) {
            IOException named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    /** The socket. */
    public Path file() {
        return file;
    }

    /** Stops, cuts whoever is being answered, and removes the socket unless another has taken its name. Idempotent. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try (listener) {
            clients.shutdownNow();
            // As long as we listen, no other file can be taken for ours.
            if (Files.exists(file) && ControlPlace.identity(file).equals(identity)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.warn("could not remove {}: {}", file, FileTrouble.of(e));
        }
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                serve(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.warn("control socket cannot accept, trying again: {}", FileTrouble.of(e));
                LockSupport.parkNanos(PAUSE_NANOS); // for want of descriptors it would fail again at once
            }
        }
    }

    /** Takes over {@code client}; what goes wrong with one is nothing to the next. */
    private void serve(SocketChannel client) {
        try {
            if (mayAsk(client)) {
                clients.execute(new Exchange(client, administration, patience));
            } else {
                refuse(client, "this socket is for the user that the server runs as, and for root");
            }
        } catch (UnsupportedOperationException e) {
            refuse(client, "this system does not say who asks");
        } catch (RejectedExecutionException e) {
            refuse(client, "busy: " + MOST_CLIENTS + " clients are being answered; try again");
        } catch (IOException e) {
            refuse(client, "this system does not say who asks: " + e.getMessage());
        }
    }

    private static boolean mayAsk(SocketChannel client) throws IOException {
        return Users.isSelfOrRoot(
                client.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
    }

    private static void refuse(SocketChannel client, String reason) {
        try (client) {
            // Without waiting: an empty socket takes a line, and who does not read it has no right to hold anybody up.
            client.configureBlocking(false);
            client.write(ByteBuffer.wrap((Json.of("error", reason) + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            log.debug("a control client went away", e);
        }
    }

    private Thread clientThread(Runnable work) {
        Thread thread = new Thread(work, "refractium-control-" + numbers.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
