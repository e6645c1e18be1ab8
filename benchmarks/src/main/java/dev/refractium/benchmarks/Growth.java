package dev.refractium.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.refractium.server.Refractium;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
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
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 64_000;
    private static final int AT_A_TIME = 32;
    private static final int SIZE = 128;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
    private final BufferedReader answers;
    private final PrintStream questions;
    private final int port;

    private Growth(Process server) throws IOException {
        answers = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
        questions = new PrintStream(server.getOutputStream(), true, StandardCharsets.US_ASCII);
        port = Integer.parseInt(answer());
    }

    /** Its argument: {@code io}, as in the configuration; auto without. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2) {
            serve(arguments[0], arguments[1]);
            return;
        }
        String io = arguments.length == 0 ? "auto" : arguments[0];
        int backend = startBackend();
        Process server = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Growth.class.getName(),
                        io,
                        String.valueOf(backend))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            new Growth(server).measure(io);
        } finally {
            server.destroy();
        }
    }

    /** Starts a thread that sends back what it is sent; the port where it listens. */
    static int startBackend() throws IOException {
        ServerSocketChannel backend = ServerSocketChannel.open();
        backend.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        Thread echo = new Thread(() -> echo(backend), "backend");
        echo.setDaemon(true);
        echo.start();
        return backend.socket().getLocalPort();
    }

    private void measure(String io) throws IOException {
        Map<Integer, double[]> micros = new TreeMap<>();
        cpuOfARequest(OPEN[OPEN.length - 1]);
        for (int round = 0; round < ROUNDS; round++) {
            for (int open : OPEN) {
                micros.computeIfAbsent(open, key -> new double[ROUNDS])[round] = cpuOfARequest(open);
            }
        }
        micros.forEach((open, of) -> {
            Arrays.sort(of);
            System.out.printf(
                    Locale.ROOT,
                    "%s: %,6d open sessions: %.2f us of CPU a request (%.2f to %.2f)%n",
                    io,
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
            SocketChannel session = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            sessions.add(session.setOption(StandardSocketOptions.TCP_NODELAY, true));
            exchange(List.of(session));
        }
        exchangeRound(sessions, REQUESTS / 4);
        long before = askCpu();
        exchangeRound(sessions, REQUESTS);
        double nanos = askCpu() - before;
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

    private long askCpu() throws IOException {
        questions.println();
        return Long.parseLong(answer());
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("the server's process has ended");
        }
        return line;
    }

    /** The server's process: says its port, and the CPU time of its loop at each line that comes. */
    private static void serve(String io, String backendPort) throws Exception {
        try (Refractium server = Refractium.builder()
                .io(io)
                .threads(1)
                .listen("127.0.0.1", 0)
                .maxConnections(OPEN[OPEN.length - 1] + 100)
                .maxConnectionsPerIp(0)
                .udpMaxSessions(100)
                .route("any", route -> route.pattern(new byte[1]).to("127.0.0.1:" + backendPort))
                .start()) {
            System.out.println(server.tcp().orElseThrow().getPort());
            BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            while (asked.readLine() != null) {
                System.out.println(cpuOfTheLoop());
            }
        }
    }

    private static long cpuOfTheLoop() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().startsWith("refractium-loop"))
                .mapToLong(info -> threads.getThreadCpuTime(info.getThreadId()))
                .sum();
    }

    private static void echo(ServerSocketChannel listener) {
        try (Selector selector = Selector.open()) {
            ByteBuffer heard = ByteBuffer.allocateDirect(4096);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            while (true) {
                selector.select(key -> answer(key, heard));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the backend cannot listen", e);
        }
    }

    private static void answer(SelectionKey key, ByteBuffer heard) {
        try {
            if (key.channel() instanceof ServerSocketChannel listener) {
                SocketChannel accepted = listener.accept();
                if (accepted != null) {
                    accepted.configureBlocking(false);
                    accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    accepted.register(key.selector(), SelectionKey.OP_READ);
                }
            } else if (((SocketChannel) key.channel()).read(heard.clear()) < 0) {
                key.channel().close();
            } else {
                ((SocketChannel) key.channel()).write(heard.flip());
            }
        } catch (IOException e) {
            key.cancel();
        }
    }
}
