package dev.refractium.server.socket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.LinuxSockets;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpollAcceptorIT {
    /** More than this process opens and closes meanwhile. */
    private static final int MANY = 200;

    @Test
    void acceptsWithNoDescriptorOfTheReserveUntilOthersAreFree() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        int reserveFrom = numberOfTheNext() + MANY;
        EpollAcceptor acceptor = EpollAcceptor.bind(any, BindOptions.USUAL, false, KeepAlive.USUAL, reserveFrom);
        List<Socket> others = new ArrayList<>();
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                clients.add(Client.to((InetSocketAddress) acceptor.address()));
            }
            accept(acceptor);
            while (others.size() < 2 * MANY) {
                others.add(LinuxSockets.stream(any.getAddress()));
            }

            accept(acceptor);
            assertThatIOException().isThrownBy(acceptor::accept).withMessageContaining("kept for backends");
            assertThatIOException().isThrownBy(acceptor::accept);
            closeAll(others);
            accept(acceptor);

            assertThat(acceptor.accept()).isNull();
        } finally {
            closeAll(others);
            acceptor.close();
            for (Client client : clients) {
                client.close();
            }
        }
    }

    private static void accept(EpollAcceptor acceptor) throws IOException {
        requireNonNull(acceptor.accept()).side().end(true);
    }

    private static int numberOfTheNext() throws IOException {
        Socket next = LinuxSockets.stream(InetAddress.getLoopbackAddress());
        next.close();
        return next.intValue();
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }
}
