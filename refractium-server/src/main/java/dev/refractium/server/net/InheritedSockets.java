package dev.refractium.server.net;

import dev.refractium.api.Transport;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sockets that are bound already: another process has passed them to this one. A listener whose address one of them has
 * takes it in place of a new one. Any thread.
 */
public final class InheritedSockets implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InheritedSockets.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Those that no listener has taken. Guarded by this object's monitor. */
    private final List<Inherited> waiting = new ArrayList<>();

    private record Inherited(Transport transport, InetSocketAddress address, Socket socket) {
        @Override
        public String toString() {
            return "transport=" + (transport == Transport.TCP ? "tcp" : "udp") + " address=" + address;
        }
    }

    /** None. */
    public InheritedSockets() {}

    /**
     * Takes over these descriptors; if this throws, they are closed.
     *
     * @throws IOException if one is no socket of UDP, nor one of TCP that listens
     */
    public static InheritedSockets of(List<Integer> descriptors) throws IOException {
        InheritedSockets sockets = new InheritedSockets();
        List<Integer> left = new ArrayList<>(descriptors);
        try {
            while (!left.isEmpty()) {
                sockets.add(left.remove(0));
            }
            return sockets;
        } catch (IOException | RuntimeException e) {
            sockets.close();
            for (int descriptor : left) {
                new FileDescriptor(descriptor).close();
            }
            throw e;
        }
    }

    /** Returns the socket that is bound to this address, which belongs to the caller; empty if there is none. */
    public synchronized Optional<Socket> take(Transport transport, InetSocketAddress address) {
        for (Iterator<Inherited> all = waiting.iterator(); all.hasNext(); ) {
            Inherited next = all.next();
            if (next.transport() == transport && next.address().equals(address)) {
                all.remove();
                return Optional.of(next.socket());
            }
        }
        return Optional.empty();
    }

    /** Closes those that no listener has taken, with a line of the log for each. */
    @Override
    public synchronized void close() {
        for (Inherited left : waiting) {
            log.warn("socket not used: no listener has its address {}", left);
            close(left.socket());
        }
        waiting.clear();
    }

    private void add(int descriptor) throws IOException {
        Socket socket = unblocked(descriptor);
        try {
            Transport transport = LinuxSockets.transport(socket)
                    .orElseThrow(() -> new IOException("is no socket of UDP, nor one of TCP that listens"));
            waiting.add(new Inherited(transport, socket.localAddress(), socket));
        } catch (IOException e) {
            close(socket);
            throw new IOException("descriptor " + descriptor + " " + e.getMessage(), e);
        } catch (RuntimeException e) {
            close(socket);
            throw e;
        }
    }

    /**
     * Returns the same socket, which does not block any more. No call of Netty's sets that but the one that receives a
     * descriptor, so this one is passed to the process itself.
     */
    private static Socket unblocked(int descriptor) throws IOException {
        try (DescriptorChannel.Door door = DescriptorChannel.Door.open();
                DescriptorChannel from = DescriptorChannel.connect(door.name());
                DescriptorChannel to = door.accept(PATIENCE)) {
            from.send(descriptor);
            return new Socket(to.receive(PATIENCE));
        } finally {
            new FileDescriptor(descriptor).close();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("closing an inherited socket", e);
        }
    }
}
