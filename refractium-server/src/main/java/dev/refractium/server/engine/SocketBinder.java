package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.session.Listener;
import dev.refractium.server.tcp.TcpListener;
import dev.refractium.server.tcp.TcpServices;
import dev.refractium.server.udp.UdpListeners;
import dev.refractium.server.udp.UdpServices;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** Opens listeners on the sockets of this machine. */
record SocketBinder(TcpServices tcp, UdpServices udp) implements Listeners.Binder {
    @Override
    public Listener bind(ListenerSpec spec, List<Listener> beside) throws EnvironmentException {
        Transport transport = spec.binding().transport();
        InetSocketAddress address = spec.binding().address();
        try {
            return transport == Transport.TCP
                    ? TcpListener.bind(spec, overlapping(address.getPort(), beside), tcp)
                    : UdpListeners.bind(spec, udp);
        } catch (IOException | RuntimeException e) {
            throw BindFailure.on(transport, address, e);
        }
    }

    private static List<TcpListener> overlapping(int port, List<Listener> beside) {
        return beside.stream()
                .map(listener -> listener instanceof WaitingListener waiting
                        ? waiting.bound().orElse(waiting)
                        : listener)
                .filter(TcpListener.class::isInstance)
                .map(TcpListener.class::cast)
                .filter(listener -> listener.binding().address().getPort() == port)
                .toList();
    }
}
