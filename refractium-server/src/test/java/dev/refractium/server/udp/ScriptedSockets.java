package dev.refractium.server.udp;

import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.socket.UdpSocket;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sockets of the JDK whose calls fail as a test has it, each failure once, in turn. */
final class ScriptedSockets implements Sockets {
    /** What the next connects, writes and reads of a datagram throw instead; connected sockets only. */
    final Queue<Throwable> connects = new ConcurrentLinkedQueue<>();

    final Queue<Throwable> writes = new ConcurrentLinkedQueue<>();
    final Queue<Throwable> reads = new ConcurrentLinkedQueue<>();

    /** The connected sockets that are open. */
    final AtomicInteger open = new AtomicInteger();

    /** Whether bound sockets block, so that no loop takes them. */
    volatile boolean refusedByLoops;

    @Override
    public UdpSocket bindUdp(InetSocketAddress address, BindOptions options, boolean shared) throws IOException {
        Scripted socket = new Scripted();
        socket.channel.bind(address);
        return socket;
    }

    @Override
    public UdpSocket connectUdp(InetSocketAddress address, SourceAddress source) throws IOException {
        fail(connects);
        Scripted socket = new Scripted();
        socket.channel.configureBlocking(false);
        socket.channel.connect(address);
        socket.connected = true;
        open.incrementAndGet();
        return socket;
    }

    @Override
    public Acceptor listen(UnixDomainSocketAddress address, UnixDomainSocketAddress at, int backlog) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Acceptor listen(InetSocketAddress address, BindOptions options, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Side open(SocketAddress target, SourceAddress source) {
        throw new UnsupportedOperationException();
    }

    private static void fail(Queue<Throwable> script) throws IOException {
        Throwable next = script.poll();
        if (next instanceof IOException e) {
            throw e;
        }
        if (next instanceof Error e) {
            throw e;
        }
        if (next != null) {
            throw (RuntimeException) next;
        }
    }

    private final class Scripted extends UdpSocket implements NioIoHandle {
        private final DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        private boolean connected;

        Scripted() throws IOException {
            super(NioIoOps.READ);
        }

        @Override
        public InetSocketAddress local() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        @Override
        public void share(boolean shared) {}

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
            boolean read = channel.receive(buffer) != null;
            if (read) {
                fail(reads);
            }
            return read;
        }

        @Override
        public void write(ByteBuffer datagram) throws IOException {
            fail(writes);
            channel.write(datagram);
        }

        @Override
        protected void closeSocket() throws IOException {
            if (connected && channel.isOpen()) {
                open.decrementAndGet();
            }
            channel.close();
        }

        @Override
        public SelectableChannel selectableChannel() {
            try {
                channel.configureBlocking(refusedByLoops && !connected);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return channel;
        }
    }
}
