package dev.refractium.server.socket;

import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.LinuxSockets;
import dev.refractium.server.net.SourceAddress;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.DatagramSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A UDP socket on Linux's calls, by classes that Netty calls its own (docs/adr/0005). */
final class EpollUdpSocket extends UdpSocket implements EpollIoHandle {
    private final Socket socket;

    private EpollUdpSocket(Socket socket) {
        super(EpollIoOps.EPOLLIN);
        this.socket = socket;
    }

    static EpollUdpSocket bound(InetSocketAddress address, BindOptions options, boolean shared) throws IOException {
        Socket socket = LinuxSockets.datagram(address.getAddress());
        try {
            socket.setReuseAddress(shared);
            LinuxSockets.set(socket, address, options);
            socket.bind(address);
            return new EpollUdpSocket(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Takes over a socket that is bound already. */
    static EpollUdpSocket inherit(Socket socket) {
        EpollUdpSocket inherited = new EpollUdpSocket(socket);
        inherited.inherited();
        return inherited;
    }

    /** A source is bound with a port: only TCP lets the kernel choose one when it knows the peer. */
    static EpollUdpSocket connected(InetSocketAddress address, SourceAddress source) throws IOException {
        source.requireFamilyOf(address);
        Socket socket = LinuxSockets.datagram(address.getAddress());
        try {
            InetSocketAddress local = source.local();
            if (local != null) {
                if (source.isForeign()) {
                    LinuxSockets.allowForeign(socket, local.getAddress());
                }
                socket.bind(local);
            }
            socket.connect(address);
            return new EpollUdpSocket(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public InetSocketAddress local() {
        return socket.localAddress();
    }

    @Override
    public void share(boolean shared) throws IOException {
        socket.setReuseAddress(shared);
    }

    @Override
    @Nullable
    public InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        DatagramSocketAddress sender = socket.recvFrom(buffer, buffer.position(), buffer.limit());
        if (sender != null) {
            buffer.position(buffer.position() + sender.receivedAmount());
        }
        return sender;
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        socket.sendTo(datagram, datagram.position(), datagram.limit(), to.getAddress(), to.getPort());
    }

    /** Netty takes an empty datagram for the end of a stream and returns -1; 0 means that there is none. */
    @Override
    public boolean read(ByteBuffer buffer) throws IOException {
        int read = socket.recv(buffer, buffer.position(), buffer.limit());
        if (read > 0) {
            buffer.position(buffer.position() + read);
        }
        return read != 0;
    }

    @Override
    public void write(ByteBuffer datagram) throws IOException {
        socket.send(datagram, datagram.position(), datagram.limit());
    }

    @Override
    protected OptionalInt descriptor() {
        return OptionalInt.of(socket.intValue());
    }

    @Override
    protected void closeSocket() throws IOException {
        socket.close();
    }

    @Override
    public FileDescriptor fd() {
        return LinuxSockets.registered(socket);
    }
}
