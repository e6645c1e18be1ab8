package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.net.AbstractName;
import dev.refractium.server.session.Listener;
import dev.refractium.server.tcp.TcpListener;
import dev.refractium.server.tcp.TcpServices;
import dev.refractium.server.udp.UdpListeners;
import dev.refractium.server.udp.UdpServices;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Opens listeners on the sockets of this machine.
 *
 * @param later looks after the files of Unix sockets
 * @param inherited returns whether the file of this identity is a Unix socket that may be replaced
 */
record SocketBinder(TcpServices tcp, UdpServices udp, ReloadThread later, Predicate<Object> inherited)
        implements Listeners.Binder {
    @Override
    public Listener bind(ListenerSpec spec, List<Listener> beside) throws EnvironmentException {
        Transport transport = spec.binding().transport();
        try {
            if (spec.binding().address() instanceof UnixDomainSocketAddress unix) {
                return AbstractName.is(unix)
                        ? TcpListener.bind(spec, unix, tcp)
                        : UnixListener.bind(spec, ours(unix(beside)), tcp, later);
            }
            return transport == Transport.TCP
                    ? TcpListener.bind(spec, overlapping(spec.binding().port(), beside), tcp)
                    : UdpListeners.bind(spec, udp);
        } catch (IOException | RuntimeException e) {
            throw BindFailure.on(transport, spec.binding().address(), e);
        }
    }

    private Predicate<Object> ours(List<UnixListener> beside) {
        return inherited.or(identity -> beside.stream().anyMatch(other -> other.is(identity)));
    }

    private static List<TcpListener> overlapping(int port, List<Listener> beside) {
        return bound(beside)
                .filter(TcpListener.class::isInstance)
                .map(TcpListener.class::cast)
                .filter(listener -> listener.binding().port() == port)
                .toList();
    }

    /** Returns the listeners, and for one that waited what it has bound. */
    private static Stream<Listener> bound(List<Listener> all) {
        return all.stream()
                .map(listener -> listener instanceof WaitingListener waiting
                        ? waiting.bound().orElse(waiting)
                        : listener);
    }

    private static List<UnixListener> unix(List<Listener> beside) {
        return bound(beside)
                .filter(UnixListener.class::isInstance)
                .map(UnixListener.class::cast)
                .toList();
    }
}
