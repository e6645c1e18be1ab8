package dev.refractium.server.control;

import dev.refractium.server.files.SocketFile;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening Unix domain socket, with the file by which clients find it. One thread, except {@link #close}. */
final class ControlListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlListener.class);

    private final Path file;
    private final Object identity;
    private final ServerSocketChannel channel;

    private ControlListener(Path file, ServerSocketChannel channel) throws IOException {
        this.file = file;
        this.identity = SocketFile.identity(file);
        this.channel = channel;
    }

    /**
     * Listens at {@code file}, for this user and root. Replaces a socket that a dead server left.
     *
     * @throws IOException if the file is another's, or cannot be created
     */
    static ControlListener open(Path file) throws IOException {
        SocketFile.clear(file);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            bind(channel, file);
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            channel.configureBlocking(false);
            return new ControlListener(file, channel);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /** Names the file in the message of any failure. */
    private static void bind(ServerSocketChannel channel, Path file) throws IOException {
        try {
            channel.bind(UnixDomainSocketAddress.of(file));
        } catch (SocketException e) {
            IOException named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    Path file() {
        return file;
    }

    /** Returns the channel, which does not block. */
    ServerSocketChannel channel() {
        return channel;
    }

    /** Returns whether a client finds a server by the file: this one, or another that has taken the name. */
    boolean isReachable() {
        return isOurs() || SocketFile.answers(file);
    }

    /** Stops listening, and removes the file unless another has taken its name. */
    @Override
    public void close() {
        try (channel) {
            // While this process listens, no other file can be mistaken for its own.
            if (isOurs()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.warn("could not remove {}: {}", file, FileFailure.of(e));
        }
    }

    private boolean isOurs() {
        try {
            return SocketFile.identity(file).equals(identity);
        } catch (IOException gone) {
            return false;
        }
    }
}
