package dev.refractium.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.EphemeralPorts;
import dev.refractium.server.net.SourceAddress;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UdpSocketsTest {
    private static final InetSocketAddress BACKEND = new InetSocketAddress(
            InetAddress.getLoopbackAddress(),
            IntStream.range(1024, 65536)
                    .filter(EphemeralPorts::include)
                    .findFirst()
                    .orElseThrow());

    private static final InetSocketAddress OTHER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    private final Deque<Named> connected = new ArrayDeque<>();

    @Test
    void socketThatIsConnectedToItselfIsReplacedByAnother() throws IOException {
        Named itself = new Named(BACKEND);
        Named other = new Named(OTHER);
        connected.addAll(List.of(itself, other));

        UdpSocket dialled = sockets().dialUdp(BACKEND, SourceAddress.ANY);

        assertThat(dialled).isSameAs(other);
        assertThat(other.isOpen()).isTrue();
        assertThat(itself.isOpen()).isFalse();
    }

    @Test
    void socketOfAnotherPortIsKept() throws IOException {
        Named first = new Named(OTHER);
        connected.add(first);

        assertThat(sockets().dialUdp(BACKEND, SourceAddress.ANY)).isSameAs(first);
        assertThat(first.isOpen()).isTrue();
    }

    private Sockets sockets() {
        return new Sockets() {
            @Override
            public Acceptor listen(UnixDomainSocketAddress address, UnixDomainSocketAddress at, int backlog) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Acceptor listen(InetSocketAddress address, BindOptions options, boolean shared) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Side open(SocketAddress target, SourceAddress source) {
                throw new UnsupportedOperationException();
            }

            @Override
            public UdpSocket bindUdp(InetSocketAddress address, BindOptions options, boolean shared) {
                throw new UnsupportedOperationException();
            }

            @Override
            public UdpSocket connectUdp(InetSocketAddress address, SourceAddress source) {
                return connected.remove();
            }
        };
    }

    /** A socket that knows its own address and nothing else. */
    private static final class Named extends UdpSocket {
        private final InetSocketAddress local;

        Named(InetSocketAddress local) {
            super(NioIoOps.READ);
            this.local = local;
        }

        @Override
        public InetSocketAddress local() {
            return local;
        }

        @Override
        public void share(boolean shared) {}

        @Override
        public InetSocketAddress receive(ByteBuffer buffer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void send(ByteBuffer datagram, InetSocketAddress to) {}

        @Override
        public boolean read(ByteBuffer buffer) {
            return false;
        }

        @Override
        public void write(ByteBuffer datagram) {}

        @Override
        protected void closeSocket() {}
    }
}
