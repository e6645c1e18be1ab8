package dev.refractium.server.control;

import dev.refractium.server.files.SocketFile;
import dev.refractium.server.files.StagedSocket;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening Unix domain socket, with the file by which clients find it. One thread, except {@link #close}. */
final class ControlListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControlListener.class);

    private final Path file;
    private final StagedSocket socket;
    private final ServerSocketChannel channel;

    private ControlListener(Path file, StagedSocket socket, ServerSocketChannel channel) {
        this.file = file;
        this.socket = socket;
        this.channel = channel;
    }

    /**
     * Listens at {@code file}. Replaces a socket that a dead server left.
     *
     * @throws IOException if the file is another's, or cannot be created
     */
    static ControlListener open(Path file, SocketAccess access) throws IOException {
        StagedSocket socket = StagedSocket.prepare(file, ControlListener::isReplaceable);
        ServerSocketChannel channel = null;
        boolean whole = false;
        try {
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            bind(channel, socket.staged(), file);
            socket.bound(access.rights());
            channel.configureBlocking(false);
            socket.publish(ControlListener::isReplaceable);
            whole = true;
            return new ControlListener(file, socket, channel);
        } finally {
            if (!whole) {
                socket.remove();
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    /** A socket that answers is never replaced, whichever server it belongs to. */
    private static boolean isReplaceable(Object identity) {
        return false;
    }

    /** Names the file in the message of any failure. */
    private static void bind(ServerSocketChannel channel, Path staged, Path file) throws IOException {
        try {
            channel.bind(UnixDomainSocketAddress.of(staged));
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
        return socket.isInPlace() || SocketFile.answers(file);
    }

    /** Stops listening, and removes the file unless another has taken its name. */
    @Override
    public void close() {
        // While this process listens, no other file can be mistaken for its own.
        socket.remove();
        try {
            channel.close();
        } catch (IOException e) {
            log.warn("could not close {}: {}", file, FileFailure.of(e));
        }
    }
}
