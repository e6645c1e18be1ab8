package dev.refractium.server.socket;

import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.LinuxSockets;
import dev.refractium.server.net.SourceAddress;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * A side on Linux's calls. For a connection that was reset they report that it never was connected, which Netty throws as
 * {@link NotYetConnectedException}.
 */
final class EpollSide extends SocketSide<EpollIoOps> implements EpollIoHandle {
    private static final EpollIoOps READ_AND_WRITE = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT);

    /**
     * No event. An error, and a hang-up when both directions are shut down, cannot be masked: level-triggered they would
     * wake the loop without end, edge-triggered they do so once.
     */
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

    /** As asm-generic/socket.h of Linux has it, for x86-64 and ARM alike. */
    private static final int SOL_SOCKET = 1;

    private static final int SO_OOBINLINE = 10;

    /** As linux/tcp.h has them. */
    private static final int IPPROTO_TCP = 6;

    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_USER_TIMEOUT = 18;

    private final Socket socket;

    /** The path of a Unix socket, whose peer's bytes can be read even after it has reset the connection; null for TCP. */
    private final @Nullable SocketAddress unix;

    private final KeepAlive keepAlive;

    /** Whether the socket inherited the options of keepalive from its listener. */
    private final boolean accepted;

    private EpollSide(Socket socket, @Nullable SocketAddress unix, KeepAlive keepAlive, boolean accepted) {
        super(EpollIoOps.NONE);
        this.socket = socket;
        this.unix = unix;
        this.keepAlive = keepAlive;
        this.accepted = accepted;
    }

    /** Takes over an accepted connection, which has inherited the listener's options. */
    static EpollSide accepted(int descriptor, KeepAlive keepAlive) {
        return new EpollSide(new Socket(descriptor), null, keepAlive, true);
    }

    /** Takes over a connection that was accepted at the Unix socket {@code at}. */
    static EpollSide accepted(Socket socket, UnixDomainSocketAddress at, KeepAlive keepAlive) {
        return new EpollSide(socket, at, keepAlive, true);
    }

    /** Opens a side for dialling {@code address} from {@code source}, which no Unix socket has. */
    static EpollSide dialling(SocketAddress address, SourceAddress source, KeepAlive keepAlive) throws IOException {
        if (!(address instanceof InetSocketAddress internet)) {
            return new EpollSide(LinuxSockets.unixStream(), address, keepAlive, false);
        }
        source.requireFamilyOf(internet);
        Socket socket = LinuxSockets.stream(internet.getAddress());
        try {
            setUp(socket);
            bind(socket, source);
            return new EpollSide(socket, null, keepAlive, false);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Binds a socket that is about to connect to its source; the kernel chooses the port when it knows the peer. */
    private static void bind(Socket socket, SourceAddress source) throws IOException {
        InetSocketAddress local = source.local();
        if (local == null) {
            return;
        }
        if (source.isForeign()) {
            LinuxSockets.allowForeign(socket, local.getAddress());
        }
        LinuxSockets.choosePortLate(socket);
        socket.bind(local);
    }

    /**
     * Turns off Nagle's algorithm, since the proxy must not hold what a peer sent; and keeps urgent bytes in their place,
     * since a read would otherwise skip them.
     */
    static void setUp(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setIntOpt(SOL_SOCKET, SO_OOBINLINE, 1);
    }

    /** Turns on keepalive, since cables get pulled. */
    static void keepAlive(Socket socket, KeepAlive keepAlive) throws IOException {
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, keepAlive.idle());
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPINTVL, keepAlive.interval());
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPCNT, keepAlive.probes());
        socket.setIntOpt(IPPROTO_TCP, TCP_USER_TIMEOUT, keepAlive.totalMs());
        socket.setKeepAlive(true);
    }

    /**
     * The kernel counts a peer that answers and never reads against TCP_USER_TIMEOUT, too, as that option is about bytes
     * that are not taken. A longer limit for such peers therefore switches that option off.
     */
    @Override
    public void keepAlive(long stallMs) {
        if (unix != null) {
            // The kernel itself knows when a process of this machine is gone.
            return;
        }
        try {
            if (!accepted) {
                keepAlive(socket, keepAlive);
            }
            if (stallMs > keepAlive.totalMs()) {
                socket.setIntOpt(IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
            }
        } catch (IOException | ChannelException e) {
            // Closed or broken already, which the next read or write reports.
        }
    }

    @Override
    @Nullable
    public SocketAddress local() {
        return unix == null ? socket.localAddress() : unix;
    }

    @Override
    public int read(ByteBuffer buffer) {
        try {
            int read = socket.recv(buffer, buffer.position(), buffer.limit());
            if (read > 0) {
                buffer.position(buffer.position() + read);
            }
            return read;
        } catch (IOException | NotYetConnectedException e) {
            return BROKEN;
        }
    }

    @Override
    public int write(ByteBuffer buffer) {
        try {
            return send(buffer);
        } catch (IOException | NotYetConnectedException e) {
            return BROKEN;
        }
    }

    /** Loopback connects at once, which the kernel shows by taking the first bytes, or without any by naming the peer. */
    @Override
    public boolean dial(SocketAddress address, ByteBuffer first) throws IOException {
        boolean connected = address instanceof UnixDomainSocketAddress path ? connect(path) : socket.connect(address);
        if (first.hasRemaining()) {
            return send(first) > 0 || connected;
        }
        return connected || (isLoopback(address) && hasPeer());
    }

    private static boolean isLoopback(SocketAddress address) {
        return address instanceof InetSocketAddress internet
                && internet.getAddress().isLoopbackAddress();
    }

    private boolean hasPeer() {
        return socket.remoteAddress() != null;
    }

    /** Connects at once or not at all: the system puts no connect to a Unix socket off. */
    private boolean connect(UnixDomainSocketAddress path) throws IOException {
        try {
            return socket.connect(new DomainSocketAddress(path.toString()));
        } catch (FileNotFoundException e) {
            // Netty's exception for ENOENT has no text.
            throw UnixRefusal.of("No such file or directory", e);
        } catch (ConnectException e) {
            // EAGAIN, which means another thing for TCP.
            throw IoFailure.of(e) == IoFailure.NO_LOCAL_PORT ? UnixRefusal.of("its backlog is full", e) : e;
        }
    }

    /** The event may belong to an earlier socket of this number, so that the lack of an error does not mean connected. */
    @Override
    public boolean finishDial() throws IOException {
        return socket.finishConnect() && hasPeer();
    }

    @Override
    public void awaitDial() {
        submit(EpollIoOps.EPOLLOUT);
    }

    @Override
    public void shutdownOutput() {
        try {
            socket.shutdown(false, true);
        } catch (IOException | NotYetConnectedException e) {
            // The peer has left already, which the next read reports.
        }
    }

    @Override
    public void interest(boolean read, boolean write) {
        if (read) {
            submit(write ? READ_AND_WRITE : EpollIoOps.EPOLLIN);
        } else {
            submit(write ? EpollIoOps.EPOLLOUT : NOTHING);
        }
    }

    /** Closes the socket before the registration is cancelled: the kernel then takes the socket off the loop by itself. */
    @Override
    public void end(boolean reset) {
        if (reset) {
            try {
                socket.setSoLinger(0);
            } catch (IOException e) {
                // Closed or broken already: there is no peer to reset.
            }
        }
        close();
        cancel();
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        EpollIoOps ops = ((EpollIoEvent) event).ops();
        boolean readable = ops.contains(EpollIoOps.EPOLLIN);
        boolean writable = ops.contains(EpollIoOps.EPOLLOUT);
        if (!readable && !writable) {
            // An error or a hang-up alone: a read or write that is waited for reports it.
            readable = interest().contains(EpollIoOps.EPOLLIN);
            writable = interest().contains(EpollIoOps.EPOLLOUT);
        }
        if (readable || writable) {
            ready(readable, writable);
        } else if (ops.contains(EpollIoOps.EPOLLERR) && unix == null) {
            // A hang-up without an error is both FINs only, and bytes that were read before them may still be relayed.
            broke();
        }
    }

    @Override
    public FileDescriptor fd() {
        return LinuxSockets.registered(socket);
    }

    @Override
    void closeSocket() throws IOException {
        socket.close();
    }

    private int send(ByteBuffer buffer) throws IOException {
        int written = socket.send(buffer, buffer.position(), buffer.limit());
        buffer.position(buffer.position() + written);
        return written;
    }
}
