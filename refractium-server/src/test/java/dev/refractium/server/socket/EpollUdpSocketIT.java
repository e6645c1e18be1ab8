package dev.refractium.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.refractium.server.it.support.Patience;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Loops;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EpollUdpSocketIT {
    private static final int SOCKETS = 50;

    /** The loop must not look for its registration, which would take time that grows with the number of descriptors. */
    @Test
    void closedSocketHasTheNumberOfNoDescriptor() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        EpollUdpSocket socket = EpollUdpSocket.bound(anyPort(), BindOptions.USUAL, false);
        int number = socket.fd().intValue();

        socket.close();

        assertThat(number).isPositive();
        assertThat(socket.fd().intValue()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void nextSocketOfItsNumberIsNotified() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        Set<Integer> numbers = new HashSet<>();
        try (Loops loops = new Loops(IoKind.EPOLL, 1);
                DatagramSocket peer = new DatagramSocket()) {
            Loop loop = loops.udp();
            for (int i = 0; i < SOCKETS; i++) {
                CompletableFuture<Integer> notified = new CompletableFuture<>();
                EpollUdpSocket socket = EpollUdpSocket.bound(anyPort(), BindOptions.USUAL, false);
                int number = socket.fd().intValue();
                InetSocketAddress address = socket.local();

                loop.execute(() -> socket.register(loop, () -> {
                    socket.close();
                    notified.complete(number);
                }));
                peer.send(new DatagramPacket(new byte[1], 1, address));

                numbers.add(notified.get(Patience.OF_TESTS.toSeconds(), TimeUnit.SECONDS));
            }
        }
        assertThat(numbers)
                .as("numbers of descriptors, most of which were used again")
                .hasSizeLessThan(SOCKETS / 2);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
