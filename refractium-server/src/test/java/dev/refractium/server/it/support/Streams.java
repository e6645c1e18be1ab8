package dev.refractium.server.it.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A server on one kind of sockets before a {@link Commanded} backend, and what streams through it must leave behind. */
public final class Streams implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;

    private final Commanded commanded = new Commanded();
    private final TestBackend backend;
    private final Proxy proxy;
    private final String io;
    private final int descriptors;

    public Streams(String io) throws Exception {
        this(io, UnaryOperator.identity());
    }

    /** @param also sets what this does not */
    public Streams(String io, UnaryOperator<RefractiumBuilder> also) throws Exception {
        this.io = TestedIo.usable(io);
        this.backend = TestBackend.serving(commanded);
        this.proxy = Proxy.of(
                also.apply(Refractium.builder())
                        .io(io)
                        .listen("127.0.0.1", 0)
                        .maxConnectionsPerIp(0)
                        .route("test", route -> {
                            Commanded.letters().chars().forEach(letter -> route.pattern(new byte[] {(byte) letter}));
                            return route.to(backend.address());
                        }),
                backend);
        exchange(1);
        settle();
        this.descriptors = Descriptors.open();
    }

    /** A task that is done many times, each with its number; false is a failure. */
    public interface Numbered {
        boolean run(int number) throws Exception;
    }

    /** Runs {@code task} this often, 32 at a time; all must return true. */
    public void inParallel(int count, Numbered task) throws Exception {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            tasks.add(() -> task.run(number));
        }
        ExecutorService some = Executors.newFixedThreadPool(32);
        try {
            List<Boolean> results = new ArrayList<>();
            for (Future<Boolean> result : some.invokeAll(tasks, 4, TimeUnit.MINUTES)) {
                results.add(result.get());
            }
            assertThat(results).hasSize(count).containsOnly(true);
        } finally {
            some.shutdownNow();
        }
    }

    /** Sends so much and a FIN; whether the backend got just that, and ended by a FIN too. */
    public boolean upload(long seed, long size) throws IOException {
        try (Socket client = command(Commanded.UPLOAD, seed)) {
            new RandomBytes(seed).send(client.getOutputStream(), size);
            client.shutdownOutput();
            return new DataInputStream(client.getInputStream()).readLong() == size && isAtEnd(client);
        }
    }

    public boolean download(long size) throws IOException {
        try (Socket client = command(Commanded.DOWNLOAD, size)) {
            return new RandomBytes(size).verify(client.getInputStream()) == size;
        }
    }

    /** Whether the answer is {@code number}. */
    public boolean exchange(long number) throws IOException {
        try (Socket client = command(Commanded.ECHO, number)) {
            return new DataInputStream(client.getInputStream()).readLong() == number;
        }
    }

    /** Returns a new client that has sent the backend its command. */
    public Socket command(char what, long number) throws IOException {
        return command(new Socket(), what, number);
    }

    /** Connects {@code client}, which may have options of its own, and sends the backend its command. */
    public Socket command(Socket client, char what, long number) throws IOException {
        client.setSoTimeout(PATIENCE_MS);
        client.connect(address());
        Commanded.tell(client, what, number);
        return client;
    }

    public static boolean isAtEnd(Socket client) throws IOException {
        return client.getInputStream().read() == -1;
    }

    public InetSocketAddress address() {
        return proxy.tcp();
    }

    /** The kind of sockets. */
    public String io() {
        return io;
    }

    public Proxy proxy() {
        return proxy;
    }

    /** How many connections the backend serves now. */
    public int served() {
        return backend.open();
    }

    /** How many uploads came to an end that looked like their client's. */
    public int cleanUploads() {
        return commanded.cleanUploads();
    }

    /** How many sessions ended, by cause, but for the one that this began with. */
    public Map<String, Long> ends() {
        Map<String, Long> ends = proxy.ends();
        ends.computeIfPresent("done", (cause, count) -> count == 1 ? null : Long.valueOf(count - 1));
        return ends;
    }

    /** Lets backends that do not read go. */
    public void release() {
        commanded.release();
    }

    /** No session, no descriptor, no held byte, no work, and nothing that had to be cut. */
    public void assertNothingIsLeft() throws Exception {
        settle();
        // One more, for what this process opens by itself now and then.
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(descriptors + 1));
        assertThat(proxy.ends()).doesNotContainKey("cut");
        assertThat(LoopThreads.cpuShareAtRest())
                .as("share of a core with nothing to do")
                .isLessThanOrEqualTo(0.02);
    }

    @Override
    public void close() throws IOException {
        commanded.release();
        proxy.close();
        backend.close();
    }

    private void settle() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> proxy.server().status().sessions() == 0 && backend.open() == 0);
    }
}
