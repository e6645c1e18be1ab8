package dev.refractium.server.udp;

import dev.refractium.server.net.Loop;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds UDP. A socket that is bound to all addresses answers from whichever the kernel prefers, and clients drop answers
 * from an address that they did not ask; so a wildcard gets a socket for each local address, and itself for the rest.
 */
public final class UdpSockets {
    private static final Logger log = LoggerFactory.getLogger(UdpSockets.class);

    private UdpSockets() {}

    /**
     * Binds {@code address}; port 0 takes any free one, the same for every socket.
     *
     * @throws IOException if it cannot be bound
     */
    public static List<UdpListener> bind(InetSocketAddress address, UdpShared shared, Loop loop) throws IOException {
        List<DatagramChannel> channels = new ArrayList<>();
        try {
            // The wildcard first and exclusively: so a port that somebody else has is noticed.
            channels.add(open(address, false));
            if (address.getAddress().isAnyLocalAddress()) {
                channels.get(0).setOption(StandardSocketOptions.SO_REUSEADDR, true);
                addLocal((InetSocketAddress) channels.get(0).getLocalAddress(), channels);
                for (DatagramChannel channel : channels) {
                    channel.setOption(StandardSocketOptions.SO_REUSEADDR, false);
                }
            }
            Newcomers newcomers = new Newcomers(shared);
            List<UdpListener> listeners = new ArrayList<>();
            for (DatagramChannel channel : channels) {
                listeners.add(new UdpListener(channel, shared, loop, newcomers));
            }
            return listeners;
        } catch (IOException | RuntimeException e) {
            for (DatagramChannel channel : channels) {
                channel.close();
            }
            throw e;
        }
    }

    /** A channel of the family of {@code address} that does not block. */
    static DatagramChannel unbound(InetAddress address) throws IOException {
        boolean v4 = address instanceof Inet4Address;
        DatagramChannel channel = DatagramChannel.open(v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        channel.configureBlocking(false);
        return channel;
    }

    /**
     * Sends a datagram of no bytes, which the JDK drops silently on a channel that is connected: by one that is not, on
     * the same port. Answers still come to the connected one, since the kernel prefers it.
     */
    static void sendEmpty(DatagramChannel connected) throws IOException {
        InetSocketAddress local = (InetSocketAddress) connected.getLocalAddress();
        connected.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        try (DatagramChannel once = unbound(local.getAddress())) {
            once.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            once.bind(local);
            once.send(ByteBuffer.allocate(0), connected.getRemoteAddress());
        } finally {
            connected.setOption(StandardSocketOptions.SO_REUSEADDR, false);
        }
    }

    private static void addLocal(InetSocketAddress wildcard, List<DatagramChannel> channels) throws IOException {
        boolean v4Only = wildcard.getAddress() instanceof Inet4Address;
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress local : network.inetAddresses().toList()) {
                if (network.isUp() && (!v4Only || local instanceof Inet4Address)) {
                    try {
                        channels.add(open(new InetSocketAddress(local, wildcard.getPort()), true));
                    } catch (IOException e) {
                        log.debug("no socket of its own for {}", local, e);
                    }
                }
            }
        }
    }

    private static DatagramChannel open(InetSocketAddress address, boolean shared) throws IOException {
        DatagramChannel channel = unbound(address.getAddress());
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, shared);
            channel.bind(address);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
