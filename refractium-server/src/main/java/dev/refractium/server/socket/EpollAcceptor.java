package dev.refractium.server.socket;

import dev.refractium.server.net.AbstractName;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.DescriptorLimit;
import dev.refractium.server.net.LinuxSockets;
import dev.refractium.server.net.UnixClient;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;
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

    /** The path or the abstract name that it listens on; null for TCP. */
    private final @Nullable UnixDomainSocketAddress unix;

    private final ByteBuffer credentials =
            ByteBuffer.allocateDirect(LinuxSockets.CREDENTIALS).order(ByteOrder.nativeOrder());

    /** The number of the latest descriptor, which was the lowest free one. */
    private int lowest;

    private EpollAcceptor(Socket socket, @Nullable UnixDomainSocketAddress unix, KeepAlive keepAlive, int reserveFrom) {
        super(unix == null ? socket.localAddress() : unix, EpollIoOps.EPOLLIN, NOTHING);
        this.socket = socket;
        this.unix = unix;
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
            return new EpollAcceptor(socket, null, keepAlive, reserveFrom);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Takes over a socket that is bound already, for others of this machine may have it, too. */
    static EpollAcceptor inherit(Socket socket, BindOptions options, KeepAlive keepAlive) throws IOException {
        try {
            EpollSide.setUp(socket);
            EpollSide.keepAlive(socket, keepAlive);
            socket.listen(options.backlog());
            EpollAcceptor acceptor = new EpollAcceptor(socket, null, keepAlive, DescriptorLimit.reserveFrom());
            acceptor.inherited();
            return acceptor;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    static EpollAcceptor bind(
            UnixDomainSocketAddress address, UnixDomainSocketAddress at, int backlog, KeepAlive keepAlive)
            throws IOException {
        Socket socket = LinuxSockets.unixStream();
        try {
            socket.bind(AbstractName.toNative(at));
            socket.listen(backlog);
            return new EpollAcceptor(socket, address, keepAlive, DescriptorLimit.reserveFrom());
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
        return unix == null
                ? new Arrival(EpollSide.accepted(accepted, keepAlive), NativeInetAddress.address(peer, 1, peer[0]))
                : arrival(accepted, unix);
    }

    private Arrival arrival(int accepted, UnixDomainSocketAddress at) throws IOException {
        Socket client = new Socket(accepted);
        try {
            return new Arrival(
                    EpollSide.accepted(client, at, keepAlive),
                    UnixClient.of(LinuxSockets.peerUid(client, credentials)));
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** Checks for a free descriptor below the reserve, since the latest connection took one of the reserve. */
    private void requireMoreThanReserve() throws IOException {
        Socket probe = LinuxSockets.unixStream();
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
    protected OptionalInt descriptor() {
        return unix == null ? OptionalInt.of(socket.intValue()) : OptionalInt.empty();
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
