package dev.refractium.server.udp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds UDP. A socket that is bound to all addresses answers from whichever the kernel prefers, and clients drop answers
 * from an address that they did not ask; so a wildcard gets a socket for each local address, and itself for the rest.
 */
public final class UdpListeners {
    private static final Logger log = LoggerFactory.getLogger(UdpListeners.class);

    private UdpListeners() {}

    /**
     * Binds {@code address}; port 0 takes any free one, the same for every socket.
     *
     * @throws IOException if it cannot be bound
     */
    public static List<UdpListener> bind(InetSocketAddress address, UdpShared shared) throws IOException {
        UdpSockets kind = shared.sockets();
        List<UdpSocket> sockets = new ArrayList<>();
        try {
            // The wildcard first and exclusively: so a port that somebody else has is noticed.
            sockets.add(kind.bind(address, false));
            if (address.getAddress().isAnyLocalAddress()) {
                sockets.get(0).share(true);
                addLocal(kind, sockets.get(0).local(), sockets);
                for (UdpSocket socket : sockets) {
                    socket.share(false);
                }
            }
            List<UdpListener> listeners = new ArrayList<>();
            for (UdpSocket socket : sockets) {
                listeners.add(new UdpListener(socket, shared));
            }
            return listeners;
        } catch (IOException | RuntimeException e) {
            sockets.forEach(UdpSocket::close);
            throw e;
        }
    }

    private static void addLocal(UdpSockets kind, InetSocketAddress wildcard, List<UdpSocket> sockets)
            throws IOException {
        boolean v4Only = wildcard.getAddress() instanceof Inet4Address;
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress local : network.inetAddresses().toList()) {
                if (network.isUp() && (!v4Only || local instanceof Inet4Address)) {
                    try {
                        sockets.add(kind.bind(new InetSocketAddress(local, wildcard.getPort()), true));
                    } catch (IOException e) {
                        log.debug("no socket of its own for {}", local, e);
                    }
                }
            }
        }
    }
}
