package dev.refractium.server.socket;

import dev.refractium.server.net.AbstractName;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.UnixClient;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A listening socket on the JDK's channels. */
final class NioAcceptor extends Acceptor implements NioIoHandle {
    private final ServerSocketChannel channel;
    private final KeepAlive keepAlive;

    /** The path that it listens on; null for TCP. */
    private final @Nullable UnixDomainSocketAddress unix;

    private NioAcceptor(ServerSocketChannel channel, @Nullable UnixDomainSocketAddress unix, KeepAlive keepAlive)
            throws IOException {
        super(unix == null ? channel.getLocalAddress() : unix, NioIoOps.ACCEPT, NioIoOps.NONE);
        this.channel = channel;
        this.unix = unix;
        this.keepAlive = keepAlive;
    }

    static NioAcceptor bind(
            UnixDomainSocketAddress address, UnixDomainSocketAddress at, int backlog, KeepAlive keepAlive)
            throws IOException {
        if (AbstractName.is(at)) {
            // The JDK would take it for a file's name.
            throw new IOException("an abstract name needs io = \"epoll\"");
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            channel.bind(at, backlog);
            return new NioAcceptor(channel, address, keepAlive);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    static NioAcceptor bind(InetSocketAddress address, BindOptions options, boolean shared, KeepAlive keepAlive)
            throws IOException {
        refuse(options);
        ServerSocketChannel channel = open(address.getAddress());
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (shared) {
                share(channel, true);
            }
            channel.bind(address, options.backlog());
            return new NioAcceptor(channel, null, keepAlive);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** @throws IOException if the JDK has no call for one of the options */
    static void refuse(BindOptions options) throws IOException {
        if (options.needsEpoll()) {
            throw new IOException("interface, freebind and v6only need io = \"epoll\"");
        }
    }

    /** "::" takes both families; any other address only its own. */
    private static ServerSocketChannel open(InetAddress address) throws IOException {
        return address instanceof Inet4Address
                ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                : ServerSocketChannel.open();
    }

    @Override
    @Nullable
    public Arrival accept() throws IOException {
        SocketChannel accepted = channel.accept();
        if (accepted == null) {
            return null;
        }
        try {
            if (unix != null) {
                // The JDK would look the user's name up, which may block.
                return new Arrival(NioSide.accepted(accepted, unix, keepAlive), UnixClient.UNKNOWN);
            }
            return new Arrival(NioSide.accepted(accepted, keepAlive), accepted.getRemoteAddress());
        } catch (IOException e) {
            // The client has left already; others may wait behind it.
            accepted.close();
            return accept();
        }
    }

    @Override
    public void sharePort(boolean shared) throws IOException {
        share(channel, shared);
    }

    @Override
    boolean closesWithItsLoop() {
        return true;
    }

    @Override
    protected void closeSocket() throws IOException {
        channel.close();
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }

    private static void share(ServerSocketChannel channel, boolean shared) throws IOException {
        if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, shared);
        }
    }
}
