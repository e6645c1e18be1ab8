package dev.refractium.server.socket;

import dev.refractium.server.net.LinuxSockets;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * A side on Linux's calls. Of a connection that was reset they say that it never was, which Netty throws as
 * {@link NotYetConnectedException}.
 */
final class EpollSide extends SocketSide<EpollIoOps> implements EpollIoHandle {
    private static final EpollIoOps READ_AND_WRITE = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT);

    /**
     * Of nothing. An error, and a hang-up when both directions are shut down, cannot be masked: told by level they would
     * wake the loop without end, told by edge they do so once.
     */
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

    /** As asm-generic/socket.h of Linux has it, for x86-64 and ARM alike. */
    private static final int SOL_SOCKET = 1;

    private static final int SO_OOBINLINE = 10;

    private final FileDescriptor descriptor;

    /** The same descriptor with its options; for an accepted one made when needed, since making it is a call. */
    private @Nullable Socket socket;

    private EpollSide(FileDescriptor descriptor, @Nullable Socket socket) {
        super(EpollIoOps.NONE);
        this.descriptor = descriptor;
        this.socket = socket;
    }

    /** Takes over a connection that was accepted; it has inherited the listener's options. */
    static EpollSide accepted(int descriptor) {
        return new EpollSide(new FileDescriptor(descriptor), null);
    }

    /** A side to dial {@code address} with. */
    static EpollSide dialling(InetSocketAddress address) throws IOException {
        Socket socket = LinuxSockets.stream(address.getAddress());
        try {
            setUp(socket);
            return new EpollSide(socket, socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Turns off Nagle's algorithm, since the proxy must not hold what a peer sent; turns on keepalive, since cables get
     * pulled; and keeps urgent bytes in their place, since a read would otherwise skip them.
     */
    static void setUp(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.setIntOpt(SOL_SOCKET, SO_OOBINLINE, 1);
    }

    @Override
    @Nullable
    public InetSocketAddress local() {
        return socket().localAddress();
    }

    @Override
    public int read(ByteBuffer buffer) {
        try {
            int read = descriptor.read(buffer, buffer.position(), buffer.limit());
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

    /** Loopback connects at once; the kernel says so by taking the first bytes. */
    @Override
    public boolean dial(InetSocketAddress address, ByteBuffer first) throws IOException {
        boolean connected = socket().connect(address);
        return (first.hasRemaining() && send(first) > 0) || connected;
    }

    /** The event may be that of an earlier socket of this number, so that having no error does not mean connected. */
    @Override
    public boolean finishDial() throws IOException {
        return socket().finishConnect() && socket().remoteAddress() != null;
    }

    @Override
    public void awaitDial() {
        submit(EpollIoOps.EPOLLOUT);
    }

    @Override
    public void shutdownOutput() {
        try {
            socket().shutdown(false, true);
        } catch (IOException | NotYetConnectedException e) {
            // The peer is gone already; reading will say so.
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

    /** Closed before the registration is cancelled: the kernel then takes it off the loop by itself. */
    @Override
    public void end(boolean reset) {
        if (reset) {
            try {
                socket().setSoLinger(0);
            } catch (IOException e) {
                // Closed or broken already: there is nobody to reset.
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
            // An error or a hang-up alone: whoever waits for something learns it by trying.
            readable = interest().contains(EpollIoOps.EPOLLIN);
            writable = interest().contains(EpollIoOps.EPOLLOUT);
        }
        if (readable || writable) {
            ready(readable, writable);
        } else if (ops.contains(EpollIoOps.EPOLLERR)) {
            // A hang-up without an error is no more than both FINs, and what was read before them may still be relayed.
            broke();
        }
    }

    @Override
    public FileDescriptor fd() {
        return descriptor;
    }

    @Override
    void closeSocket() throws IOException {
        descriptor.close();
    }

    private Socket socket() {
        Socket known = socket;
        if (known == null) {
            known = new Socket(descriptor.intValue());
            socket = known;
        }
        return known;
    }

    private int send(ByteBuffer buffer) throws IOException {
        int written = descriptor.write(buffer, buffer.position(), buffer.limit());
        buffer.position(buffer.position() + written);
        return written;
    }
}
