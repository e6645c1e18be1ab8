package dev.refractium.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.refractium.server.Refractium;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a request costs the server's event loop with few and with many sessions open, which shall differ by less than a
 * tenth. The requests go round all sessions that are open, 32 at a time; rounds of each count take turns, and medians
 * count. The server is a process of its own: 5,000 sessions take 10,000 descriptors in each of the two.
 */
public final class Growth {
    private static final int[] OPEN = {100, 1_000, 5_000};
    private static final int MOST = OPEN[OPEN.length - 1] + 100;
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 64_000;
    private static final int AT_A_TIME = 32;
    private static final int SIZE = 128;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
    private final String kind;
    private final Measured server;
    private final Map<Integer, double[]> micros = new TreeMap<>();

    private Growth(String kind, int backend) throws Exception {
        this.kind = kind;
        this.server = "haproxy".equals(kind)
                ? new MeasuredHaproxy(MOST, backend)
                : new MeasuredServer(Growth.class, "serve", kind, String.valueOf(backend));
    }

    /** Its arguments: one or more of what {@code io} may be in the configuration, and {@code haproxy}. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3 && "serve".equals(arguments[0])) {
            serve(arguments[1], arguments[2]);
            return;
        }
        int backend = EchoBackend.start();
        List<Growth> all = new ArrayList<>();
        try {
            for (String kind : arguments) {
                all.add(new Growth(kind, backend));
            }
            measure(all);
        } finally {
            all.forEach(one -> one.server.close());
        }
    }

    private static void measure(List<Growth> all) throws IOException {
        for (Growth one : all) {
            one.cpuOfARequest(OPEN[OPEN.length - 1]);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int open : OPEN) {
                for (Growth one : all) {
                    one.micros.computeIfAbsent(open, key -> new double[ROUNDS])[round] = one.cpuOfARequest(open);
                }
            }
        }
        all.forEach(Growth::print);
    }

    private void print() {
        micros.forEach((open, of) -> {
            Arrays.sort(of);
            System.out.printf(
                    Locale.ROOT,
                    "%s: %,6d open sessions: %.2f us of CPU a request (%.2f to %.2f)%n",
                    kind,
                    open,
                    of[ROUNDS / 2],
                    of[0],
                    of[ROUNDS - 1]);
        });
    }

    /** In microseconds. */
    private double cpuOfARequest(int open) throws IOException {
        List<SocketChannel> sessions = new ArrayList<>();
        for (int i = 0; i < open; i++) {
            SocketChannel session = SocketChannel.open(server.address());
            sessions.add(session.setOption(StandardSocketOptions.TCP_NODELAY, true));
            exchange(List.of(session));
        }
        exchangeRound(sessions, REQUESTS / 4);
        long before = server.cpuNanos();
        exchangeRound(sessions, REQUESTS);
        double nanos = server.cpuNanos() - before;
        for (SocketChannel session : sessions) {
            session.close();
        }
        return nanos / REQUESTS / 1_000;
    }

    private void exchangeRound(List<SocketChannel> sessions, int requests) throws IOException {
        List<SocketChannel> some = new ArrayList<>();
        for (int sent = 0, next = 0; sent < requests; sent += AT_A_TIME) {
            some.clear();
            for (int i = 0; i < AT_A_TIME; i++) {
                some.add(sessions.get(next));
                next = (next + 1) % sessions.size();
            }
            exchange(some);
        }
    }

    private void exchange(List<SocketChannel> sessions) throws IOException {
        for (SocketChannel session : sessions) {
            session.write(buffer.clear());
        }
        for (SocketChannel session : sessions) {
            buffer.clear();
            while (buffer.hasRemaining()) {
                if (session.read(buffer) < 0) {
                    throw new EOFException("the server has closed a session");
                }
            }
        }
    }

    /** The server's process. */
    private static void serve(String io, String backendPort) throws Exception {
        try (Refractium server = Refractium.builder()
                .io(io)
                .threads(1)
                .listen("127.0.0.1", 0)
                .maxConnections(MOST)
                .maxConnectionsPerIp(0)
                .udpMaxSessions(100)
                .route("any", route -> route.pattern(new byte[1]).to("127.0.0.1:" + backendPort))
                .start()) {
            MeasuredServer.serve(server, Growth::cpuOfTheLoop);
        }
    }

    private static long cpuOfTheLoop() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().startsWith("refractium-loop"))
                .mapToLong(info -> threads.getThreadCpuTime(info.getThreadId()))
                .sum();
    }
}
