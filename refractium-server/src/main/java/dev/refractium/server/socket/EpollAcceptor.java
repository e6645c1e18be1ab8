package dev.refractium.server.socket;

import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.DescriptorLimit;
import dev.refractium.server.net.LinuxSockets;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A listening socket on Linux's calls. */
final class EpollAcceptor extends Acceptor implements EpollIoHandle {
    /**
     * No event, edge-triggered. Netty's own constant for no event removes the descriptor from the epoll instance and forgets
     * that it did, so that no event could ever be asked for again.
     */
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

    private final Socket socket;
    private final KeepAlive keepAlive;

    /** The client's address as accept returns it: its length, then its bytes. */
    private final byte[] peer = new byte[26];

    /** The number from which on descriptors are reserved for dialling. */
    private final int reserveFrom;

    /** The number of the latest descriptor, which was the lowest free one. */
    private int lowest;

    private EpollAcceptor(Socket socket, KeepAlive keepAlive, int reserveFrom) {
        super(socket.localAddress(), EpollIoOps.EPOLLIN, NOTHING);
        this.socket = socket;
        this.keepAlive = keepAlive;
        this.reserveFrom = reserveFrom;
        this.lowest = socket.intValue();
    }

    static EpollAcceptor bind(InetSocketAddress address, BindOptions options, boolean shared, KeepAlive keepAlive)
            throws IOException {
        return bind(address, options, shared, keepAlive, DescriptorLimit.reserveFrom());
    }

    static EpollAcceptor bind(
            InetSocketAddress address, BindOptions options, boolean shared, KeepAlive keepAlive, int reserveFrom)
            throws IOException {
        Socket socket = LinuxSockets.stream(address.getAddress());
        try {
            socket.setReuseAddress(true);
            socket.setReusePort(shared);
            // Accepted sockets inherit these: one call each per listener instead of one each per connection.
            EpollSide.setUp(socket);
            EpollSide.keepAlive(socket, keepAlive);
            LinuxSockets.set(socket, address, options);
            socket.bind(address);
            socket.listen(options.backlog());
            return new EpollAcceptor(socket, keepAlive, reserveFrom);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    @Nullable
    public Arrival accept() throws IOException {
        if (lowest >= reserveFrom) {
            requireMoreThanReserve();
        }
        int accepted = socket.accept(peer);
        if (accepted < 0) {
            return null;
        }
        lowest = accepted;
        return new Arrival(EpollSide.accepted(accepted, keepAlive), NativeInetAddress.address(peer, 1, peer[0]));
    }

    /** Checks for a free descriptor below the reserve, since the latest connection took one of the reserve. */
    private void requireMoreThanReserve() throws IOException {
        Socket probe = LinuxSockets.stream(address().getAddress());
        lowest = probe.intValue();
        probe.close();
        if (lowest >= reserveFrom) {
            throw new IOException("the descriptors that are left are kept for backends");
        }
    }

    @Override
    public void sharePort(boolean shared) throws IOException {
        socket.setReusePort(shared);
    }

    @Override
    boolean closesWithItsLoop() {
        return false;
    }

    @Override
    protected void closeSocket() throws IOException {
        socket.close();
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }
}
