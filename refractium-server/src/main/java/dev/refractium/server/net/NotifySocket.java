package dev.refractium.server.net;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams to the socket of a service manager, as sd_notify(3) describes. The JDK has no datagrams of Unix sockets,
 * so this is Netty's socket, on Linux alone. It does not block, and stays open
 * as long as the process lives. Any thread.
 */
public final class NotifySocket {
    private final Socket socket;
    private final byte[] address;

    private NotifySocket(Socket socket, byte[] address) {
        this.socket = socket;
        this.address = address;
    }

    /**
     * Opens a socket for sending.
     *
     * @param address the path of the receiver, or {@code @} and its abstract name
     * @throws IOException if this system has no such sockets, or no descriptor is left
     */
    public static NotifySocket to(String address) throws IOException {
        if (!address.startsWith("/") && !address.startsWith("@")) {
            throw new IOException(address + " is neither an absolute path nor @ and an abstract name");
        }
        if (IoKind.EPOLL.missing().isPresent()) {
            throw new IOException(IoKind.EPOLL.missing().get());
        }
        byte[] target = AbstractName.toNative(UnixDomainSocketAddress.of(address))
                .path()
                .getBytes(StandardCharsets.UTF_8);
        return new NotifySocket(LinuxSockets.unixDatagram(), target);
    }

    /**
     * Sends one datagram.
     *
     * @throws IOException if nobody receives there, or the receiver's queue is full
     */
    public void send(String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        if (socket.sendToDomainSocket(direct, 0, bytes.length, address) != bytes.length) {
            throw new IOException("the receiver's queue is full");
        }
    }
}
