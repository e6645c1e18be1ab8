package dev.refractium.server.net;

import dev.refractium.api.Transport;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes Linux sockets by Netty's internal classes (docs/adr/0005). They do not block. A socket for "::" takes both
 * families, any other its own only. Any thread.
 */
public final class LinuxSockets {
    // Linux's numbers of levels and options, the same on all its architectures that the JVM supports.
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_BINDTODEVICE = 25;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int AF_UNIX = 1;
    private static final int IPPROTO_IP = 0;
    private static final int IP_FREEBIND = 15;
    private static final int IP_TRANSPARENT = 19;
    private static final int IP_BIND_ADDRESS_NO_PORT = 24;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int IPV6_FREEBIND = 78;

    /** Stands for any closed socket: no descriptor has this number. */
    private static final FileDescriptor CLOSED = new FileDescriptor(Integer.MAX_VALUE);

    /** The size of struct ucred of socket(7): the process, the user and the group, each of four bytes. */
    public static final int CREDENTIALS = 12;

    private static final int UID = 4;

    private static final int SO_PEERCRED = 17;

    /** Any port: nothing is sent. */
    private static final int DISCARD = 9;

    private LinuxSockets() {}

    /**
     * Makes a TCP socket for addresses of the family of {@code address}.
     *
     * @throws IOException if there is no descriptor left, or no such family here
     */
    public static Socket stream(InetAddress address) throws IOException {
        return open(LinuxSocket::newSocketStream, address);
    }

    /**
     * Makes a Unix socket for a stream.
     *
     * @throws IOException if there is no descriptor left
     */
    public static Socket unixStream() throws IOException {
        return open(any -> LinuxSocket.newSocketDomain(), null);
    }

    /**
     * Makes a Unix socket for datagrams.
     *
     * @throws IOException if there is no descriptor left
     */
    public static Socket unixDatagram() throws IOException {
        return open(any -> LinuxSocket.newSocketDomainDgram(), null);
    }

    /**
     * Returns by which transport clients come to a bound socket; empty if they cannot: it is a Unix socket, or one of TCP
     * that does not listen.
     *
     * @throws IOException if it is no socket
     */
    static Optional<Transport> transport(Socket socket) throws IOException {
        try {
            int type = socket.getIntOpt(SOL_SOCKET, SO_TYPE);
            if (socket.getIntOpt(SOL_SOCKET, SO_DOMAIN) == AF_UNIX) {
                return Optional.empty();
            }
            if (type == SOCK_DGRAM) {
                return Optional.of(Transport.UDP);
            }
            boolean listens = type == SOCK_STREAM && socket.getIntOpt(SOL_SOCKET, SO_ACCEPTCONN) == 1;
            return listens ? Optional.of(Transport.TCP) : Optional.empty();
        } catch (ChannelException e) {
            // Netty's class for the failure of an option.
            throw new IOException("is no socket", e);
        }
    }

    /**
     * Returns the number of the user at the other end of a Unix socket.
     *
     * @param room a direct buffer of {@link #CREDENTIALS} bytes
     */
    public static int peerUid(Socket socket, ByteBuffer room) throws IOException {
        socket.getRawOpt(SOL_SOCKET, SO_PEERCRED, room.clear());
        return room.getInt(UID);
    }

    /**
     * Makes a UDP socket for addresses of the family of {@code address}.
     *
     * @throws IOException if there is no descriptor left, or no such family here
     */
    public static Socket datagram(InetAddress address) throws IOException {
        return open(LinuxSocket::newSocketDgram, address);
    }

    /**
     * Lets {@code socket}, which is to connect, be bound to an address of {@code address}'s family that is not this
     * machine's.
     *
     * @throws IOException if the process has neither CAP_NET_RAW nor CAP_NET_ADMIN
     */
    public static void allowForeign(Socket socket, InetAddress address) throws IOException {
        try {
            if (address instanceof Inet6Address) {
                socket.setIntOpt(IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
            } else {
                socket.setIntOpt(IPPROTO_IP, IP_TRANSPARENT, 1);
            }
        } catch (ChannelException e) {
            // Netty's class for the failure of an option.
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Returns whether this process may bind sockets to addresses of others; a lack of descriptors counts as no, and so does
     * a system without epoll.
     */
    public static boolean mayBindForeign() {
        if (IoKind.EPOLL.missing().isPresent()) {
            return false;
        }
        InetAddress any = new InetSocketAddress(0).getAddress();
        try {
            Socket socket = datagram(any);
            try {
                allowForeign(socket, any);
                return true;
            } finally {
                socket.close();
            }
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns whether an interface of this machine has {@code address}, by the source that the kernel's routes give to
     * packets for it. A range that is only routed here is not seen. Sends nothing.
     *
     * @throws IOException if there is no descriptor left, or no such family here
     */
    public static boolean isOfThisMachine(InetAddress address) throws IOException {
        Socket socket = datagram(address);
        try {
            socket.connect(new InetSocketAddress(address, DISCARD));
            InetSocketAddress local = socket.localAddress();
            return local != null && address.equals(local.getAddress());
        } catch (ConnectException | NoRouteToHostException | Errors.NativeIoException e) {
            // No way there, so not here.
            return false;
        } finally {
            socket.close();
        }
    }

    /**
     * Leaves the port of a TCP socket that will be bound to port 0 open until it connects: then one port serves for many
     * peers, else each address has as many connections as it has ports.
     */
    public static void choosePortLate(Socket socket) throws IOException {
        socket.setIntOpt(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    }

    /**
     * Returns what Netty's loop finds a registration by: the socket, or the number of no descriptor once it is closed.
     * Removing a registration takes time that grows with the number of open descriptors. So the registration of a closed
     * socket is not found: it stays until the next socket of its number replaces it, and must hold little.
     */
    public static FileDescriptor registered(Socket socket) {
        return socket.isOpen() ? socket : CLOSED;
    }

    /**
     * Sets what a listening socket is to be bound with.
     *
     * @throws IOException if the system refuses an option
     */
    public static void set(Socket socket, InetSocketAddress address, BindOptions options) throws IOException {
        boolean v6 = address.getAddress() instanceof Inet6Address;
        if (options.device().isPresent()) {
            byte[] name = options.device().get().getBytes(StandardCharsets.UTF_8);
            ByteBuffer value = ByteBuffer.allocateDirect(name.length + 1)
                    .put(name)
                    .put((byte) 0)
                    .flip();
            socket.setRawOpt(SOL_SOCKET, SO_BINDTODEVICE, value);
        }
        if (options.freebind()) {
            socket.setIntOpt(v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_FREEBIND : IP_FREEBIND, 1);
        }
        if (options.v6Only() && v6) {
            socket.setIntOpt(IPPROTO_IPV6, IPV6_V6ONLY, 1);
        }
    }

    private static Socket open(Function<Boolean, Socket> kind, @Nullable InetAddress address) throws IOException {
        try {
            return kind.apply(address instanceof Inet6Address);
        } catch (ChannelException e) {
            // Callers handle the lack of a socket by the kernel's reason, which is the cause.
            throw e.getCause() instanceof IOException reason ? reason : new IOException(e);
        }
    }
}
