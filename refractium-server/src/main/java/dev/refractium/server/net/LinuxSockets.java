package dev.refractium.server.net;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.function.Function;

/**
 * Makes sockets of Linux's, by classes that Netty calls its own (docs/adr/0005). They do not block; one for "::" takes
 * both families, any other only its own. Any thread.
 */
public final class LinuxSockets {
    private LinuxSockets() {}

    /**
     * One of TCP, for an address of the family of {@code address}.
     *
     * @throws IOException if there is no descriptor left, or no such family here
     */
    public static Socket stream(InetAddress address) throws IOException {
        return open(LinuxSocket::newSocketStream, address);
    }

    /**
     * One of UDP, for an address of the family of {@code address}.
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
            // Whoever needs a socket is ready for there being none, which the kernel's answer in its cause says.
            throw e.getCause() instanceof IOException reason ? reason : new IOException(e);
        }
    }
}
