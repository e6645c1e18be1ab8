package dev.refractium.server.net;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;

/**
 * A connection between two processes of this machine by which one passes descriptors to the other (SCM_RIGHTS, unix(7)).
 * They find each other by an abstract name that is as long as a key, and each of them talks to its own user and root alone.
 * Rarely used, so it looks each millisecond in place of waiting for events. One thread.
 */
public final class DescriptorChannel implements AutoCloseable {
    private static final long LOOK_NANOS = 1_000_000;
    private static final int NAME_BYTES = 16;
    private static final int NO_MORE = -1;

    /** Linux's processes of the superuser. */
    private static final int ROOT = 0;

    private static final SecureRandom random = new SecureRandom();

    private final Socket socket;

    private DescriptorChannel(Socket socket) {
        this.socket = socket;
    }

    /** Where one process waits for the other. */
    public static final class Door implements AutoCloseable {
        private final UnixDomainSocketAddress name;
        private final Socket socket;

        private Door(UnixDomainSocketAddress name, Socket socket) {
            this.name = name;
            this.socket = socket;
        }

        /**
         * Opens one under a new name.
         *
         * @throws IOException if there is no descriptor left
         */
        public static Door open() throws IOException {
            byte[] key = new byte[NAME_BYTES];
            random.nextBytes(key);
            var name =
                    UnixDomainSocketAddress.of("@refractium-" + HexFormat.of().formatHex(key));
            Socket socket = LinuxSockets.unixStream();
            try {
                socket.bind(AbstractName.toNative(name));
                socket.listen(1);
                return new Door(name, socket);
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        }

        /** Returns the name for {@link #connect}. */
        public String name() {
            return name.toString();
        }

        /**
         * Waits for the other process.
         *
         * @throws IOException if none of this user or root has come in time
         */
        public DescriptorChannel accept(Duration patience) throws IOException {
            byte[] peer = new byte[26];
            int[] accepted = new int[1];
            await(patience, "nobody has come", () -> (accepted[0] = socket.accept(peer)) >= 0);
            return of(new Socket(accepted[0]));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /**
     * Connects to a {@link Door}.
     *
     * @throws IOException if there is none of this name, or it is another user's
     */
    public static DescriptorChannel connect(String name) throws IOException {
        Socket socket = LinuxSockets.unixStream();
        try {
            socket.connect(AbstractName.toNative(UnixDomainSocketAddress.of(name)));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        return of(socket);
    }

    private static DescriptorChannel of(Socket socket) throws IOException {
        try {
            ByteBuffer room =
                    ByteBuffer.allocateDirect(LinuxSockets.CREDENTIALS).order(ByteOrder.nativeOrder());
            int user = LinuxSockets.peerUid(socket, room);
            if (user != ROOT && user != own()) {
                throw new IOException("the other process is user " + user + "'s, neither this one's nor root's");
            }
            return new DescriptorChannel(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static int own() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /** Passes a descriptor, which stays open here, too. */
    public void send(int descriptor) throws IOException {
        await(Duration.ofSeconds(1), "the other process does not read", () -> socket.sendFd(descriptor) >= 0);
    }

    /**
     * Receives a descriptor, which belongs to the caller and does not block.
     *
     * @throws IOException if the other process has ended the connection, or none has come in time
     */
    public int receive(Duration patience) throws IOException {
        int[] received = new int[1];
        await(patience, "no descriptor has come", () -> (received[0] = socket.recvFd()) != 0);
        if (received[0] == NO_MORE) {
            throw new IOException("the other process has left");
        }
        return received[0];
    }

    /** Tells the other process to go on. */
    public void tell() throws IOException {
        ByteBuffer word = ByteBuffer.allocateDirect(1);
        await(Duration.ofSeconds(1), "the other process does not read", () -> socket.write(word, 0, 1) == 1);
    }

    /**
     * Waits until the other process tells this one to go on, or leaves.
     *
     * @return whether it has told so
     * @throws IOException if it has done neither in time
     */
    public boolean awaitWord(Duration patience) throws IOException {
        ByteBuffer word = ByteBuffer.allocateDirect(1);
        int[] read = new int[1];
        await(patience, "the other process has said nothing", () -> (read[0] = socket.read(word, 0, 1)) != 0);
        return read[0] > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private interface Attempt {
        boolean done() throws IOException;
    }

    private static void await(Duration patience, String otherwise, Attempt attempt) throws IOException {
        long from = System.nanoTime();
        while (!attempt.done()) {
            if (System.nanoTime() - from >= patience.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                throw new IOException(otherwise + " within " + patience.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
