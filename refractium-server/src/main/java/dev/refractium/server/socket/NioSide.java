package dev.refractium.server.socket;

import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.SourceAddress;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** A side on the JDK's socket channel, registered with the event loop directly: no Netty channel, no pipeline. */
final class NioSide extends SocketSide<NioIoOps> implements NioIoHandle {
    private final SocketChannel channel;
    private final KeepAlive keepAlive;

    /** The path of a Unix socket; null for TCP. */
    private final @Nullable SocketAddress unix;

    private NioSide(SocketChannel channel, @Nullable SocketAddress unix, KeepAlive keepAlive) {
        super(NioIoOps.NONE);
        this.channel = channel;
        this.unix = unix;
        this.keepAlive = keepAlive;
    }

    /** Takes over an accepted connection. */
    static NioSide accepted(SocketChannel channel, KeepAlive keepAlive) throws IOException {
        setUp(channel);
        return new NioSide(channel, null, keepAlive);
    }

    /** Takes over a connection that was accepted at the Unix socket {@code at}. */
    static NioSide accepted(SocketChannel channel, UnixDomainSocketAddress at, KeepAlive keepAlive) throws IOException {
        channel.configureBlocking(false);
        return new NioSide(channel, at, keepAlive);
    }

    /** Opens a side for dialling {@code address} from {@code source}, which no Unix socket has. */
    static NioSide dialling(SocketAddress address, SourceAddress source, KeepAlive keepAlive) throws IOException {
        if (!(address instanceof InetSocketAddress internet)) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            return new NioSide(channel, address, keepAlive);
        }
        source.requireFamilyOf(internet);
        refuseForeign(source);
        SocketChannel channel = SocketChannel.open(
                internet.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        try {
            setUp(channel);
            if (source.local() != null) {
                channel.bind(source.local());
            }
            return new NioSide(channel, null, keepAlive);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The JDK has no option for it. */
    static void refuseForeign(SourceAddress source) throws BindException {
        if (source.isForeign()) {
            throw new BindException("only io = \"epoll\" dials from a client's address");
        }
    }

    @Override
    @Nullable
    public SocketAddress local() {
        try {
            return unix == null ? channel.getLocalAddress() : unix;
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public int read(ByteBuffer buffer) {
        try {
            return channel.read(buffer);
        } catch (IOException e) {
            return BROKEN;
        }
    }

    @Override
    public int write(ByteBuffer buffer) {
        try {
            return channel.write(buffer);
        } catch (IOException e) {
            return BROKEN;
        }
    }

    /** Loopback connects at once, but only {@code finishConnect} reports that. */
    @Override
    public boolean dial(SocketAddress address, ByteBuffer first) throws IOException {
        return address instanceof InetSocketAddress
                ? channel.connect(address) || channel.finishConnect()
                : connect(address);
    }

    /**
     * Connects to a Unix socket, at once or not at all. The classes of the JDK's exceptions do not tell a missing file, a
     * forbidden one and a full backlog apart from a lack of memory, which is rarer by far.
     */
    private boolean connect(SocketAddress path) throws IOException {
        try {
            if (channel.connect(path)) {
                return true;
            }
        } catch (IOException e) {
            throw UnixRefusal.of(IoFailure.text(e), e);
        }
        throw new ConnectException("its backlog is full");
    }

    @Override
    public void awaitDial() {
        submit(NioIoOps.CONNECT);
    }

    @Override
    public boolean finishDial() throws IOException {
        return channel.finishConnect();
    }

    /** The JDK has no TCP_USER_TIMEOUT: the system decides when unacknowledged bytes break the connection. */
    @Override
    public void keepAlive(long stallMs) {
        if (unix != null) {
            // The kernel itself knows when a process of this machine is gone.
            return;
        }
        try {
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, keepAlive.idle());
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, keepAlive.interval());
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, keepAlive.probes());
        } catch (IOException | UnsupportedOperationException e) {
            // Closed or broken already, which the next read or write reports; or the system has its own times only.
        }
    }

    @Override
    public void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // The peer has left already, which the next read reports.
        }
    }

    @Override
    public void interest(boolean read, boolean write) {
        if (read) {
            submit(write ? NioIoOps.READ_AND_WRITE : NioIoOps.READ);
        } else {
            submit(write ? NioIoOps.WRITE : NioIoOps.NONE);
        }
    }

    @Override
    public void end(boolean reset) {
        if (reset) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // Closed or broken already: there is no peer to reset.
            }
        }
        cancel();
        close();
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        NioIoOps ops = ((NioIoEvent) event).ops();
        boolean readable = ops.contains(NioIoOps.READ);
        boolean writable = ops.contains(NioIoOps.WRITE) || ops.contains(NioIoOps.CONNECT);
        ready(readable, writable);
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }

    @Override
    void closeSocket() throws IOException {
        channel.close();
    }

    /**
     * Turns off Nagle's algorithm, since the proxy must not hold what a peer sent; and keeps urgent bytes in their place,
     * since a read would otherwise skip them.
     */
    private static void setUp(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.socket().setOOBInline(true);
    }
}
