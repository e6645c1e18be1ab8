package dev.refractium.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.DescriptorLimit;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.net.EphemeralPorts;
import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.LinuxSockets;
import dev.refractium.server.net.SourceAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real sockets of both kinds report when a connect fails, or succeeds with nobody at the other end. */
class ConnectFailuresIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void aPortThatNobodyListensOnRefuses(String io) throws Exception {
        Sockets sockets = sockets(io);
        InetSocketAddress dead = new InetSocketAddress(LOOPBACK, TestBackend.deadPort());
        Side side = sockets.open(dead, SourceAddress.ANY);

        Throwable thrown = catchThrowable(() -> {
            if (!side.dial(dead, ByteBuffer.allocateDirect(0))) {
                await().until(side::finishDial);
            }
        });
        side.end(true);

        assertThat(IoFailure.of(cause(thrown))).as(String.valueOf(thrown)).isEqualTo(IoFailure.REFUSED);
    }

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void everyFailureOfAUnixSocketIsTheBackends(String io) throws Exception {
        Path directory = Files.createTempDirectory("unix");
        Path file = directory.resolve("file");
        Path left = directory.resolve("left");
        Path full = directory.resolve("full");
        Files.createFile(file);
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(left));
        }
        List<Side> waiting = new ArrayList<>();
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(full), 1);

            assertThat(refusal(io, directory.resolve("none"), waiting)).hasMessage("No such file or directory");
            assertThat(refusal(io, file.resolve("below"), waiting)).hasMessageContaining("Not a directory");
            assertThat(refusal(io, file, waiting)).hasMessageContaining("Connection refused");
            assertThat(refusal(io, left, waiting)).hasMessageContaining("Connection refused");
            assertThat(refusal(io, full, waiting)).isNotNull();
        } finally {
            waiting.forEach(side -> side.end(true));
            for (Path each : List.of(file, left, full, directory)) {
                Files.delete(each);
            }
        }
    }

    /** Connects until that fails, which it does when the backlog is full. */
    private static Throwable refusal(String io, Path path, List<Side> waiting) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        Throwable thrown = null;
        while (thrown == null && waiting.size() < 100) {
            Side side = sockets(io).open(address, SourceAddress.ANY);
            waiting.add(side);
            thrown = catchThrowable(() -> side.dial(address, ByteBuffer.allocateDirect(0)));
        }
        assertThat(IoFailure.of(Objects.requireNonNull(thrown)))
                .as(String.valueOf(thrown))
                .isEqualTo(IoFailure.REFUSED);
        return thrown;
    }

    @Test
    void anAddressOfAnotherMachineIsNoLocalOne() throws Exception {
        InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.1", 0);
        try (SocketChannel nio = SocketChannel.open()) {
            assertThat(IoFailure.of(catchThrowable(() -> nio.bind(elsewhere)))).isEqualTo(IoFailure.NO_LOCAL_PORT);
        }
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        Socket epoll = LinuxSockets.stream(elsewhere.getAddress());
        assertThat(IoFailure.of(catchThrowable(() -> epoll.bind(elsewhere)))).isEqualTo(IoFailure.NO_LOCAL_PORT);
        epoll.close();
    }

    @Test
    void aProcessWithoutDescriptorsKnowsThatItIsToBlame() throws Exception {
        assumeThat(Descriptors.areKnown()).as("descriptors can be taken here").isTrue();
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        LinuxSockets.stream(LOOPBACK).close();
        IoFailure.of(new IOException());
        Throwable thrown;
        try (DescriptorLimit limit = new DescriptorLimit()) {
            limit.none();
            thrown = catchThrowable(() -> LinuxSockets.stream(LOOPBACK));
        }

        assertThat(IoFailure.of(thrown)).isEqualTo(IoFailure.NO_DESCRIPTOR);
    }

    @Test
    void aDatagramThatIsTooLongIsNobodysFault() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        ByteBuffer large = ByteBuffer.allocateDirect(65_508);
        Socket epoll = LinuxSockets.datagram(LOOPBACK);
        epoll.connect(new InetSocketAddress(LOOPBACK, 9));

        Throwable thrown = catchThrowable(() -> epoll.send(large, 0, large.limit()));
        epoll.close();

        assertThat(IoFailure.of(thrown)).isEqualTo(IoFailure.MESSAGE_SIZE);
    }

    @Test
    void aRefusedDatagramIsAFaultOfThePeer() throws Exception {
        InetSocketAddress dead = new InetSocketAddress(LOOPBACK, TestBackend.deadPort());
        try (DatagramChannel nio = DatagramChannel.open()) {
            nio.connect(dead);
            assertThat(IoFailure.of(refusal(() -> nio.write(ByteBuffer.allocate(1)))))
                    .isEqualTo(IoFailure.REFUSED);
        }
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        Socket epoll = LinuxSockets.datagram(LOOPBACK);
        epoll.connect(dead);
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        assertThat(IoFailure.of(refusal(() -> epoll.send(one, 0, 1)))).isEqualTo(IoFailure.REFUSED);
        epoll.close();
    }

    @Test
    void aSocketThatConnectsToItselfIsRecognised() throws Exception {
        try (SocketChannel channel = SocketChannel.open()) {
            InetSocketAddress own = ownPort();
            channel.bind(own);
            assertThat(channel.connect(own)).isTrue();

            assertThat(NioSide.accepted(channel, KeepAlive.USUAL).isSelf(own)).isTrue();
        }
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        InetSocketAddress own = ownPort();
        Socket socket = LinuxSockets.stream(LOOPBACK);
        socket.bind(own);
        if (!socket.connect(own)) {
            await().until(socket::finishConnect);
        }
        Side side = EpollSide.accepted(socket.intValue(), KeepAlive.USUAL);

        assertThat(side.isSelf(own)).isTrue();
        side.end(true);
    }

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void aSocketThatConnectsToABackendIsNotTakenForItself(String io) throws Exception {
        Sockets sockets = sockets(io);
        try (ServerSocket backend = new ServerSocket()) {
            InetSocketAddress address = ownPort();
            backend.bind(address);
            Side side = sockets.open(address, SourceAddress.ANY);
            if (!side.dial(address, ByteBuffer.allocateDirect(0))) {
                await().until(side::finishDial);
            }

            assertThat(side.isSelf(address)).isFalse();
            side.end(true);
        }
    }

    @Test
    void onlyPortsOfTheSystemsOwnRangeAreSuspected() throws Exception {
        Path range = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
        assumeThat(range).exists();
        Process cat = new ProcessBuilder("cat", range.toString()).start();
        String[] bounds = new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .trim()
                .split("\\s+", 2);
        int first = Integer.parseInt(bounds[0]);
        int last = Integer.parseInt(bounds[1]);

        assertThat(EphemeralPorts.include(first - 1)).isFalse();
        assertThat(EphemeralPorts.include(first)).isTrue();
        assertThat(EphemeralPorts.include(last)).isTrue();
        assertThat(EphemeralPorts.include(last + 1)).isFalse();
    }

    private static Sockets sockets(String io) {
        return Sockets.of(TestedIo.usable(io).equals("nio") ? IoKind.NIO : IoKind.EPOLL);
    }

    /** A free port among those that the system may give to a socket that dials. */
    private static InetSocketAddress ownPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, LOOPBACK)) {
            assertThat(EphemeralPorts.include(free.getLocalPort())).isTrue();
            return new InetSocketAddress(LOOPBACK, free.getLocalPort());
        }
    }

    /** Sends until the refusal of an earlier datagram is reported. */
    private static Throwable refusal(Sender sender) {
        Throwable thrown = null;
        for (int i = 0; i < 100 && thrown == null; i++) {
            thrown = catchThrowable(sender::send);
        }
        return Objects.requireNonNull(thrown, "no refusal was reported");
    }

    private interface Sender {
        void send() throws IOException;
    }

    /** Awaitility wraps what its condition throws. */
    private static Throwable cause(Throwable thrown) {
        assertThat(thrown).isNotNull();
        return thrown instanceof IOException || thrown.getCause() == null ? thrown : thrown.getCause();
    }
}
