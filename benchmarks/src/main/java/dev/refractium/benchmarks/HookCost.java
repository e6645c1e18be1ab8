package dev.refractium.benchmarks;

import dev.refractium.server.Refractium;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * What a connection costs a server that watches none and one that writes an access log of all, which shall differ by a
 * tenth at most: CPU of all threads but the JVM's own. A connection is accepted, routed, sends 128 bytes, gets them back, and is
 * closed by its client; 16 are open at a time. The two servers are processes of their own and take turns.
 */
public final class HookCost implements AutoCloseable {
    private static final int ROUNDS = 9;
    private static final int CONNECTIONS = 8_000;
    private static final int AT_A_TIME = 16;
    private static final int SIZE = 128;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
    private final MeasuredServer server;
    private final double[] micros = new double[ROUNDS];

    private HookCost(Path directory, String hooks, int backend) throws Exception {
        server = new MeasuredServer(
                HookCost.class, config(directory, hooks, backend).toString());
    }

    /** Without arguments. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1) {
            serve(Path.of(arguments[0]));
            return;
        }
        Path directory = Files.createTempDirectory("refractium-hook-cost");
        int backend = EchoBackend.start();
        try (HookCost plain = new HookCost(directory, "", backend);
                HookCost logged = new HookCost(directory, "hooks = \"access-log\"", backend)) {
            measure(plain, logged);
        } finally {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private static void measure(HookCost plain, HookCost logged) throws IOException {
        for (int i = 0; i < 3; i++) {
            plain.cpuOfAConnection();
            logged.cpuOfAConnection();
        }
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            // Whoever comes second may find the machine in another state.
            HookCost first = round % 2 == 0 ? plain : logged;
            first.micros[round] = first.cpuOfAConnection();
            HookCost second = first == plain ? logged : plain;
            second.micros[round] = second.cpuOfAConnection();
            ratios[round] = logged.micros[round] / plain.micros[round];
        }
        print("us a connection, no hook", plain.micros);
        print("us a connection, access log", logged.micros);
        print("ratio within a round", ratios);
    }

    private static void print(String what, double[] figures) {
        Arrays.sort(figures);
        System.out.printf(
                Locale.ROOT, "%s: %.3f (%.3f to %.3f)%n", what, figures[ROUNDS / 2], figures[0], figures[ROUNDS - 1]);
    }

    /** In microseconds. */
    private double cpuOfAConnection() throws IOException {
        long before = server.cpuNanos();
        for (int i = 0; i < CONNECTIONS; i += AT_A_TIME) {
            connect();
        }
        return (server.cpuNanos() - before) / 1_000.0 / CONNECTIONS;
    }

    private void connect() throws IOException {
        List<SocketChannel> open = new ArrayList<>();
        for (int i = 0; i < AT_A_TIME; i++) {
            SocketChannel client = SocketChannel.open(server.address());
            open.add(client.setOption(StandardSocketOptions.TCP_NODELAY, true));
            client.write(buffer.clear());
        }
        for (SocketChannel client : open) {
            buffer.clear();
            while (buffer.hasRemaining()) {
                if (client.read(buffer) < 0) {
                    throw new EOFException("the server has closed a connection");
                }
            }
            client.close();
        }
    }

    private static Path config(Path directory, String hooks, int backend) throws Exception {
        return Files.writeString(
                Files.createTempFile(directory, "refractium", ".toml"),
                String.format(
                        Locale.ROOT, """
                [server]
                bind = "127.0.0.1"
                port = 0
                threads = 1
                max_connections = 1000
                max_connections_per_ip = 0
                udp_max_sessions = 100
                hot_reload = false
                plugins_dir = "%s"
                %s
                [[protocols]]
                name = "any"
                patterns = ["\\x00"]
                forward_to = "127.0.0.1:%d"
                [hooks.access-log]
                file = "%s"
                """, IdentifyBenchmark.jars(), hooks, backend, directory.resolve("access.log")));
    }

    /** The server's process. */
    private static void serve(Path config) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        try (Refractium server = Refractium.builder().config(config).start()) {
            MeasuredServer.serve(
                    server,
                    () -> LongStream.of(threads.getAllThreadIds())
                            .map(threads::getThreadCpuTime)
                            .sum());
        }
    }
}
