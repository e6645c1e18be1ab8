package dev.refractium.server.socket;

import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.NoSocketException;
import dev.refractium.server.net.SourceAddress;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** A UDP socket on the JDK's channel. */
final class NioUdpSocket extends UdpSocket implements NioIoHandle {
    private final DatagramChannel channel;

    private NioUdpSocket(DatagramChannel channel) {
        super(NioIoOps.READ);
        this.channel = channel;
    }

    static NioUdpSocket bound(InetSocketAddress address, BindOptions options, boolean shared) throws IOException {
        NioAcceptor.refuse(options);
        DatagramChannel channel = open(address.getAddress());
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, shared);
            channel.bind(address);
            return new NioUdpSocket(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    static NioUdpSocket connected(InetSocketAddress address, SourceAddress source) throws IOException {
        source.requireFamilyOf(address);
        NioSide.refuseForeign(source);
        DatagramChannel channel = open(address.getAddress());
        try {
            // As the JDK would itself: a failure here is a lack of ports, and one below concerns the route.
            channel.bind(source.local());
            connect(channel, address);
            return new NioUdpSocket(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Connects a bound socket, which only looks its route up. The JDK has no exception of its own for each failure: a
     * broadcast address, which is not permitted, is a BindException.
     */
    private static void connect(DatagramChannel channel, InetSocketAddress address) throws IOException {
        try {
            channel.connect(address);
        } catch (IOException e) {
            if (IoFailure.of(e).isTheirs()) {
                throw e;
            }
            throw (IOException) new NoRouteToHostException(e.getMessage()).initCause(e);
        }
    }

    @Override
    public InetSocketAddress local() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void share(boolean shared) throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, shared);
    }

    @Override
    @Nullable
    public InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        return (InetSocketAddress) channel.receive(buffer);
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        channel.send(datagram, to);
    }

    @Override
    public boolean read(ByteBuffer buffer) throws IOException {
        return channel.receive(buffer) != null;
    }

    @Override
    public void write(ByteBuffer datagram) throws IOException {
        if (datagram.hasRemaining()) {
            channel.write(datagram);
        } else {
            writeEmpty();
        }
    }

    @Override
    protected void closeSocket() throws IOException {
        channel.close();
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }

    /**
     * The JDK drops a datagram of no bytes silently on a channel that is connected: it goes by one that is not, on the
     * same port. Answers still come to the connected one, since the kernel prefers it.
     */
    private void writeEmpty() throws IOException {
        InetSocketAddress local = local();
        share(true);
        try (DatagramChannel once = open(local.getAddress())) {
            once.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            once.bind(local);
            once.send(ByteBuffer.allocate(0), channel.getRemoteAddress());
        } finally {
            share(false);
        }
    }

    /** "::" takes both families; any other address only its own. */
    private static DatagramChannel open(InetAddress address) throws IOException {
        boolean v4 = address instanceof Inet4Address;
        try {
            DatagramChannel channel =
                    DatagramChannel.open(v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
            channel.configureBlocking(false);
            return channel;
        } catch (IOException e) {
            throw new NoSocketException(e);
        }
    }
}
