package dev.refractium.benchmarks;

import dev.refractium.server.Refractium;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a client and its backend wait for the relay, over loopback sockets: the benchmark's thread is both of them.
 * {@code io=direct} is the same exchange without a server between.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("NullAway.Init")
public class RelayBenchmark {
    private static final int SMALL = 128;
    private static final int LARGE = 1 << 20;

    @Param({"direct", "epoll", "nio"})
    public String io;

    private final ByteBuffer small = ByteBuffer.allocateDirect(SMALL);
    private final ByteBuffer large = ByteBuffer.allocateDirect(LARGE);
    private @Nullable Refractium server;
    private SocketChannel client;
    private SocketChannel backend;

    @Setup
    public void connect() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            String before = "127.0.0.1:" + address.getPort();
            if (!io.equals("direct")) {
                Refractium started = Refractium.builder()
                        .io(io)
                        .threads(1)
                        .listen("127.0.0.1", 0)
                        .route("any", route -> route.pattern(new byte[1]).to(before))
                        .start();
                server = started;
                listener.accept().close(); // the health check's first probe
                address = started.tcp().orElseThrow();
            }
            client = SocketChannel.open(address).setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.write(ByteBuffer.allocate(1));
            backend = listener.accept().setOption(StandardSocketOptions.TCP_NODELAY, true);
            read(backend, ByteBuffer.allocate(1));
        }
    }

    @TearDown
    public void disconnect() throws IOException {
        client.close();
        backend.close();
        if (server != null) {
            server.close();
        }
    }

    /** A request of 128 bytes and an answer of as many. */
    @Benchmark
    public ByteBuffer exchange() throws IOException {
        pass(client, backend, small);
        pass(backend, client, small);
        return small;
    }

    /** A mebibyte from the backend to the client. */
    @Benchmark
    public ByteBuffer download() throws IOException {
        pass(backend, client, large);
        return large;
    }

    /** The kernel's buffers and the relay take a mebibyte before anybody reads it. */
    private static void pass(SocketChannel from, SocketChannel to, ByteBuffer bytes) throws IOException {
        bytes.clear();
        while (bytes.hasRemaining()) {
            from.write(bytes);
        }
        read(to, bytes.clear());
    }

    private static void read(SocketChannel from, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (from.read(bytes) < 0) {
                throw new EOFException("the session has ended");
            }
        }
    }
}
