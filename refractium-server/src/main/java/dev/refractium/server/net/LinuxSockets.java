package dev.refractium.server.net;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.function.Function;

/**
 * Makes Linux sockets by Netty's internal classes (docs/adr/0005). They do not block. A socket for "::" takes both
 * families, any other its own only. Any thread.
 */
public final class LinuxSockets {
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
     * Makes a UDP socket for addresses of the family of {@code address}.
     *
     * @throws IOException if there is no descriptor left, or no such family here
     */
    public static Socket datagram(InetAddress address) throws IOException {
        return open(LinuxSocket::newSocketDgram, address);
    }

    private static Socket open(Function<Boolean, LinuxSocket> kind, InetAddress address) throws IOException {
        try {
            return kind.apply(address instanceof Inet6Address);
        } catch (ChannelException e) {
            // Callers handle the lack of a socket by the kernel's reason, which is the cause.
            throw e.getCause() instanceof IOException reason ? reason : new IOException(e);
        }
    }
}
