package dev.refractium.server.it.backends;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.StormBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Clients without a pause, while one of two backends is killed, stopped and cut off, and comes back each time. Prints a line
 * for each phase. A program of its own, to be run where packets may be dropped.
 */
public final class FailoverStorm {
    /** What each request begins with. */
    static final byte[] BEGINNING = {'S', 'S'};

    private static final Duration CONNECT = Duration.ofMillis(500);

    /** Of the backend that is stopped: what its queue takes waits until it goes on. */
    private static final int SHORT_QUEUE = 16;

    private static final int LONG_QUEUE = 4096;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String front;
    private final StormLoad load;
    private final int port;
    private final long phaseMs;
    private final int phaseSessions;
    private Process victim;

    private FailoverStorm(String front, InetSocketAddress address, int port, boolean full) throws Exception {
        this.front = front;
        this.port = port;
        this.phaseMs = full ? 8_000 : 1_000;
        this.phaseSessions = full ? 10_000 : 1_430;
        this.victim = backend(port, "b", SHORT_QUEUE);
        this.load = new StormLoad(address);
    }

    /**
     * Runs all phases.
     *
     * @param arguments what is tested: {@code epoll}, {@code nio} or {@code haproxy}; and {@code full} or {@code short}
     */
    public static void main(String[] arguments) throws Exception {
        int steady = freePort();
        int other = freePort();
        boolean full = arguments[1].equals("full");
        Process survivor = backend(steady, "a", LONG_QUEUE);
        try {
            if (arguments[0].equals("haproxy")) {
                int port = freePort();
                Process haproxy = haproxy(port, steady, other);
                try {
                    InetSocketAddress front = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
                    run(new FailoverStorm("haproxy", front, other, full));
                } finally {
                    end(haproxy);
                }
            } else {
                try (Proxy proxy = proxy(arguments[0], steady, other)) {
                    run(new FailoverStorm(arguments[0], proxy.tcp(), other, full));
                    System.out.println("ends=" + proxy.ends());
                }
            }
        } finally {
            end(survivor);
        }
        System.exit(0);
    }

    private static Proxy proxy(String io, int steady, int other) throws Exception {
        return Proxy.unprobed(Proxy.builder()
                .io(io)
                .healthInterval(Duration.ofSeconds(1))
                .route(
                        "storm",
                        r -> r.pattern(BEGINNING)
                                .to("127.0.0.1:" + steady, "127.0.0.1:" + other)
                                .connectTimeout(CONNECT)));
    }

    private static Process haproxy(int port, int steady, int other) throws Exception {
        Path file = Files.createTempFile("storm", ".cfg");
        file.toFile().deleteOnExit();
        Files.writeString(file, """
                defaults
                    mode tcp
                    timeout connect %dms
                    timeout client 60s
                    timeout server 60s
                    retries 3
                    option redispatch 1
                listen storm
                    bind 127.0.0.1:%d
                    balance roundrobin
                    default-server check inter 1s fall 2 rise 1
                    server a 127.0.0.1:%d
                    server b 127.0.0.1:%d
                """.formatted(CONNECT.toMillis(), port, steady, other));
        Process haproxy = new ProcessBuilder("haproxy", "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(PATIENCE).until(() -> accepts(port));
        return haproxy;
    }

    private static void run(FailoverStorm storm) throws Exception {
        try {
            storm.bothServe();
            storm.phase("steady", () -> null);
            storm.phase("killed", storm::kill);
            storm.phase("started", storm::start);
            storm.phase("stopped", () -> storm.signal("STOP"));
            storm.phase("continued", () -> storm.signal("CONT"));
            storm.phase("cut-off", storm::cut);
            storm.phase("joined", storm::join);
        } finally {
            storm.end();
        }
    }

    /** Does something to the backend, and prints what became of the sessions from then on until the phase is over. */
    private void phase(String name, Callable<?> event) throws Exception {
        List<StormLoad.Visit> all = load.taken();
        long asked = System.nanoTime();
        event.call();
        long done = System.nanoTime();
        if (name.equals("started") || name.equals("continued") || name.equals("joined")) {
            await().atMost(PATIENCE).until(() -> {
                all.addAll(load.taken());
                return all.stream().anyMatch(one -> one.by().equals("b") && one.began() > done);
            });
        }
        long back = NANOSECONDS.toMillis(System.nanoTime() - done);
        await().atMost(PATIENCE)
                .until(() -> load.ended() >= phaseSessions && System.nanoTime() - done > MILLISECONDS.toNanos(phaseMs));
        all.addAll(load.taken());
        List<StormLoad.Visit> later =
                all.stream().filter(one -> one.began() > done).toList();
        List<StormLoad.Visit> before = all.stream()
                .filter(one -> one.began() <= done && one.began() + one.nanos() > asked)
                .toList();
        System.out.printf(
                "front=%s phase=%s sessions=%d failed=%d under-way=%d of-those-failed=%d p50=%.1fms p99=%.1fms most=%.1fms by-b=%d back-after=%dms%n",
                front,
                name,
                later.size(),
                failed(later),
                before.size(),
                failed(before),
                StormLoad.ms(later, 0.5),
                StormLoad.ms(later, 0.99),
                StormLoad.ms(later, 1),
                later.stream().filter(one -> one.by().equals("b")).count(),
                back);
        explain(all);
    }

    private static void explain(List<StormLoad.Visit> some) {
        some.stream()
                .filter(StormLoad.Visit::isFailed)
                .collect(groupingBy(StormLoad.Visit::by, counting()))
                .forEach((why, count) -> System.out.printf("failed=%d by=\"%s\"%n", count, why));
    }

    private static long failed(List<StormLoad.Visit> some) {
        return some.stream().filter(StormLoad.Visit::isFailed).count();
    }

    private void bothServe() {
        await().atMost(PATIENCE)
                .until(() -> load.taken().stream()
                                .map(StormLoad.Visit::by)
                                .distinct()
                                .count()
                        == 2);
    }

    private Object kill() throws InterruptedException {
        return victim.destroyForcibly().waitFor();
    }

    private Object start() throws Exception {
        victim = backend(port, "b", SHORT_QUEUE);
        return victim;
    }

    private Object signal(String name) throws Exception {
        return command("kill", "-" + name, String.valueOf(victim.pid()));
    }

    private Object cut() throws Exception {
        command("nft", "add", "rule", "inet", "cut", "in", "tcp", "dport", String.valueOf(port), "drop");
        return command("nft", "add", "rule", "inet", "cut", "in", "tcp", "sport", String.valueOf(port), "drop");
    }

    private Object join() throws Exception {
        return command("nft", "flush", "chain", "inet", "cut", "in");
    }

    private static int command(String... words) throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder(words).inheritIO().start().waitFor();
        if (exitCode != 0) {
            throw new IOException(List.of(words) + " ended with " + exitCode);
        }
        return exitCode;
    }

    private static Process backend(int port, String name, int queue) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StormBackend.class.getName(),
                String.valueOf(port),
                name,
                String.valueOf(queue)));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        if (process.inputReader().readLine() == null) {
            throw new IOException("backend " + name + " did not start");
        }
        return process;
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private void end() throws InterruptedException {
        load.end();
        end(victim);
    }
}
