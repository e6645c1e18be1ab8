package dev.refractium.server.socket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.refractium.server.it.support.OwnNetwork;
import dev.refractium.server.it.support.Patience;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.SourceAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpollSideIT {
    private static final int SIDES = 50;

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** The loop must not look for its registration, which would take time that grows with the number of descriptors. */
    @Test
    void endedSideHasTheNumberOfNoDescriptor() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        EpollSide side = EpollSide.dialling(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), SourceAddress.ANY, KeepAlive.USUAL);
        int number = side.fd().intValue();

        side.end(false);

        assertThat(number).isPositive();
        assertThat(side.fd().intValue()).isEqualTo(Integer.MAX_VALUE);
    }

    /** Waiting for the result would cost a probe most of its calls, and a wake-up of its loop. */
    @Test
    void connectOverLoopbackIsKnownAtOnce() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        try (ServerSocket listening = new ServerSocket(0, 50, LOOPBACK)) {
            InetSocketAddress address = new InetSocketAddress(LOOPBACK, listening.getLocalPort());
            EpollSide side = EpollSide.dialling(address, SourceAddress.ANY, KeepAlive.USUAL);

            assertThat(side.dial(address, ByteBuffer.allocateDirect(0))).isTrue();

            side.end(true);
        }
    }

    @Test
    void nextSideOfItsNumberIsNotified() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        Set<Integer> numbers = new HashSet<>();
        try (Loops loops = new Loops(IoKind.EPOLL, 1);
                TestBackend backend = TestBackend.named("greeting")) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), backend.port());
            for (int i = 0; i < SIDES; i++) {
                CompletableFuture<Integer> notified = new CompletableFuture<>();

                loops.tcp().get(0).execute(() -> dial(loops.tcp().get(0), address, notified));

                numbers.add(notified.get(Patience.OF_TESTS.toSeconds(), TimeUnit.SECONDS));
            }
        }
        assertThat(numbers)
                .as("numbers of descriptors, most of which were used again")
                .hasSizeLessThan(SIDES / 2);
    }

    /** An accepted connection costs no call for keepalive. */
    @Test
    void acceptedConnectionInheritsKeepAliveFromItsListener() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        Acceptor acceptor =
                Sockets.of(IoKind.EPOLL).listen(new InetSocketAddress(LOOPBACK, 0), BindOptions.USUAL, false);
        try (java.net.Socket client =
                new java.net.Socket(LOOPBACK, ((InetSocketAddress) acceptor.address()).getPort())) {
            Side side = requireNonNull(acceptor.accept()).side();

            assertThat(client.isConnected()).isTrue();
            assertThat(keepAlive((EpollSide) side)).containsExactly(1, 60, 10, 6, 120_000);
            side.end(true);
        } finally {
            acceptor.close();
        }
    }

    @Test
    void dialledSideHasKeepAliveOnceItsSessionHasLivedForSomeTime() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        EpollSide side = EpollSide.dialling(new InetSocketAddress(LOOPBACK, 0), SourceAddress.ANY, KeepAlive.USUAL);
        List<Integer> before = keepAlive(side);

        side.keepAlive(120_000);

        assertThat(before).startsWith(0).endsWith(0);
        assertThat(keepAlive(side)).containsExactly(1, 60, 10, 6, 120_000);
        side.end(true);
    }

    /** Linux would break the connection of a peer that reads nothing for two minutes, although it answers. */
    @Test
    void longStallTimeoutIsNotCutShort() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        EpollSide side = EpollSide.dialling(new InetSocketAddress(LOOPBACK, 0), SourceAddress.ANY, KeepAlive.USUAL);

        side.keepAlive(120_001);

        assertThat(keepAlive(side)).containsExactly(1, 60, 10, 6, 0);
        side.end(true);
    }

    @Test
    void dialsFromTheSourceThatItIsGiven() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        InetAddress source = InetAddress.getByName("127.0.0.7");
        try (ServerSocket backend = new ServerSocket(0, 1, LOOPBACK)) {
            InetSocketAddress address = new InetSocketAddress(LOOPBACK, backend.getLocalPort());

            Side side = EpollSide.dialling(address, SourceAddress.ours(source), KeepAlive.USUAL);
            side.dial(address, ByteBuffer.allocateDirect(0));

            try (java.net.Socket accepted = backend.accept()) {
                assertThat(accepted.getInetAddress()).isEqualTo(source);
                assertThat(accepted.getPort()).isPositive();
            }
            side.end(true);
        }
    }

    /** Otherwise an address would have as many connections as it has ports. */
    @Test
    void onePortOfASourceServesForSeveralPeers(@TempDir Path directory) throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        OwnNetwork network = new OwnNetwork(
                directory.resolve("out"),
                "ip link set lo up && echo 40000 40001 > /proc/sys/net/ipv4/ip_local_port_range");

        assertThat(network.run(TwoPorts.class)).contains("dialled 20");
    }

    /** Dials many peers where an address has two ports. A program of its own. */
    static final class TwoPorts {
        private TwoPorts() {}

        public static void main(String[] arguments) throws Exception {
            SourceAddress source = SourceAddress.ours(InetAddress.getByName("127.0.0.7"));
            Set<Side> sides = new HashSet<>();
            Set<Acceptor> peers = new HashSet<>();
            for (int port = 20_000; port < 20_020; port++) {
                InetSocketAddress address = new InetSocketAddress(LOOPBACK, port);
                peers.add(Sockets.of(IoKind.EPOLL).listen(address, BindOptions.USUAL, false));
                Side side = Sockets.of(IoKind.EPOLL).open(address, source);
                side.dial(address, ByteBuffer.allocateDirect(0));
                sides.add(side);
            }
            System.out.println("dialled " + sides.size());
            sides.forEach(side -> side.end(true));
            peers.forEach(Acceptor::close);
        }
    }

    /** Returns SO_KEEPALIVE, and the times of linux/tcp.h in the order of {@link KeepAlive}. */
    private static List<Integer> keepAlive(EpollSide side) throws IOException {
        Socket socket = (Socket) side.fd();
        return List.of(
                socket.isKeepAlive() ? 1 : 0,
                socket.getIntOpt(6, 4),
                socket.getIntOpt(6, 5),
                socket.getIntOpt(6, 6),
                socket.getIntOpt(6, 18));
    }

    /** Ends the side when its peer has sent bytes, and completes {@code notified} by its number. */
    private static void dial(Loop loop, InetSocketAddress address, CompletableFuture<Integer> notified) {
        try {
            EpollSide side = EpollSide.dialling(address, SourceAddress.ANY, KeepAlive.USUAL);
            int number = side.fd().intValue();
            side.dial(address, ByteBuffer.allocateDirect(0));
            side.register(loop, (ready, readable, writable) -> {
                ready.end(false);
                notified.complete(number);
            });
            side.interest(true, false);
        } catch (IOException e) {
            notified.completeExceptionally(e);
        }
    }
}
