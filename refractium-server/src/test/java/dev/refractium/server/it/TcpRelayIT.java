package dev.refractium.server.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The relay's correctness: every byte arrives, every end is passed on, nothing is left behind. A client says in its
 * first nine bytes what the backend shall do: a letter and a count.
 */
class TcpRelayIT {
    private static final char UPLOAD = 'U';
    private static final char DOWNLOAD = 'D';
    private static final char ECHO = 'E';
    private static final char SINK_THEN_FIN = 'F';

    /** {@code -Drefractium.long=true} makes each row as long as it was measured with. */
    private static final int SCALE = Boolean.getBoolean("refractium.long") ? 10 : 1;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger serving = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private ServerSocket backend;
    private Refractium proxy;
    private long descriptors;

    @BeforeEach
    void start() throws Exception {
        backend = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        threads.execute(this::serve);
        proxy = Refractium.builder()
                .listen("127.0.0.1", 0)
                .maxConnectionsPerIp(0)
                .drainTimeout(Duration.ZERO)
                .route(
                        "test",
                        r -> r.pattern(new byte[] {'U'})
                                .pattern(new byte[] {'D'})
                                .pattern(new byte[] {'E'})
                                .pattern(new byte[] {'F'})
                                .to("127.0.0.1:" + backend.getLocalPort()))
                .start();
        exchange(ECHO, 1);
        settle();
        descriptors = openDescriptors();
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        backend.close();
        threads.shutdownNow();
    }

    @Test
    void uploadsThatEndByHalfCloseArriveWhole() throws Exception {
        long size = 3 << 20;

        List<Boolean> whole = inParallel(50, i -> upload(i, size));

        assertThat(whole).hasSize(50).containsOnly(true);
        assertNothingIsLeft();
    }

    @Test
    void oneLongStreamArrivesWhole() throws Exception {
        long size = SCALE * (80L << 20);

        assertThat(upload(7, size)).isTrue();
        assertThat(download(size)).isTrue();
        assertNothingIsLeft();
    }

    @Test
    void aClientMayHalfCloseAtOnceAndThenDownload() throws Exception {
        try (Socket client = connect()) {
            command(client, DOWNLOAD, 5 << 20);
            client.shutdownOutput();

            assertThat(new RandomBytes(5 << 20).verify(client.getInputStream())).isEqualTo(5 << 20);
        }
        assertNothingIsLeft();
    }

    @Test
    void manyStreamsDoNotMix() throws Exception {
        List<Boolean> whole = inParallel(SCALE * 100, i -> download((1 << 20) + i));

        assertThat(whole).containsOnly(true);
        assertNothingIsLeft();
    }

    @Test
    void aSlowReaderLosesNothing() throws Exception {
        long size = 24 << 20;
        try (Socket client = new Socket()) {
            // So small a window that the proxy always has bytes which the client does not take yet.
            client.setReceiveBufferSize(4096);
            client.connect(proxy.tcp().orElseThrow());
            command(client, DOWNLOAD, size);
            client.shutdownOutput();

            assertThat(new RandomBytes(size).verify(client.getInputStream())).isEqualTo(size);
        }
        assertNothingIsLeft();
    }

    @Test
    void resetsArePassedOnWhereverTheyHappen() throws Exception {
        Random random = new Random(42);
        inParallel(200, i -> {
            Socket client = connect();
            command(client, i % 2 == 0 ? DOWNLOAD : UPLOAD, i % 2 == 0 ? 1 << 20 : i);
            if (i % 2 == 0) {
                client.getInputStream().readNBytes(random.nextInt(200_000));
            } else {
                new RandomBytes(i).send(client.getOutputStream(), random.nextInt(200_000));
            }
            client.setSoLinger(true, 0);
            client.close();
            return true;
        });

        assertNothingIsLeft();
    }

    @Test
    void tinyExchangesAnswerEachTime() throws Exception {
        List<Boolean> answered = inParallel(SCALE * 500, i -> exchange(ECHO, i));

        assertThat(answered).containsOnly(true);
        assertNothingIsLeft();
    }

    @Test
    void aBackendThatIsDoneButDoesNotReadCostsNoTime() throws Exception {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Socket client = connect();
            clients.add(client);
            command(client, SINK_THEN_FIN, 0);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            threads.execute(() -> fill(client));
        }
        await().until(() -> serving.get() == 8);

        // Until the buffers between are full there is work to do; a side that spins never comes to rest.
        double share = 1;
        for (int window = 0; window < 20 && share > 0.03; window++) {
            share = cpuShareDuring(Duration.ofMillis(500));
        }

        System.out.printf("relay: CPU with 8 paused, half-closed streams: %.1f %%%n", 100 * share);
        assertThat(share).isLessThanOrEqualTo(0.03);
        for (Socket client : clients) {
            client.close();
        }
        released.countDown();
    }

    private static void fill(Socket client) {
        try {
            new RandomBytes(1).send(client.getOutputStream(), 64 << 20);
        } catch (IOException e) {
            // The test has closed the client: the stream was never meant to arrive.
        }
    }

    private interface Numbered {
        boolean run(int i) throws Exception;
    }

    private List<Boolean> inParallel(int count, Numbered task) throws Exception {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            tasks.add(() -> task.run(number));
        }
        List<Boolean> results = new ArrayList<>();
        ExecutorService some = Executors.newFixedThreadPool(32);
        try {
            for (Future<Boolean> result : some.invokeAll(tasks, 120, TimeUnit.SECONDS)) {
                results.add(result.get());
            }
        } finally {
            some.shutdownNow();
        }
        return results;
    }

    /** Sends so much and a FIN; the backend answers how much of it was right. */
    private boolean upload(long seed, long size) throws IOException {
        try (Socket client = connect()) {
            command(client, UPLOAD, seed);
            new RandomBytes(seed).send(client.getOutputStream(), size);
            client.shutdownOutput();
            return new DataInputStream(client.getInputStream()).readLong() == size
                    && client.getInputStream().read() == -1;
        }
    }

    private boolean download(long size) throws IOException {
        try (Socket client = connect()) {
            command(client, DOWNLOAD, size);
            return new RandomBytes(size).verify(client.getInputStream()) == size;
        }
    }

    private boolean exchange(char command, long count) throws IOException {
        try (Socket client = connect()) {
            command(client, command, count);
            return new DataInputStream(client.getInputStream()).readLong() == count;
        }
    }

    private Socket connect() throws IOException {
        InetSocketAddress address = proxy.tcp().orElseThrow();
        Socket client = new Socket(address.getAddress(), address.getPort());
        client.setSoTimeout(60_000);
        return client;
    }

    private static void command(Socket client, char what, long count) throws IOException {
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        byte[] bytes = new byte[9];
        bytes[0] = (byte) what;
        for (int i = 0; i < 8; i++) {
            bytes[1 + i] = (byte) (count >>> (56 - 8 * i));
        }
        out.write(bytes);
    }

    private void serve() {
        try {
            while (true) {
                Socket accepted = backend.accept();
                threads.execute(() -> answer(accepted));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void answer(Socket accepted) {
        serving.incrementAndGet();
        try (Socket peer = accepted) {
            DataInputStream in = new DataInputStream(peer.getInputStream());
            char what = (char) in.readByte();
            long count = in.readLong();
            OutputStream out = peer.getOutputStream();
            switch (what) {
                case UPLOAD -> new DataOutputStream(out).writeLong(new RandomBytes(count).verify(in));
                case DOWNLOAD -> new RandomBytes(count).send(out, count);
                case ECHO -> new DataOutputStream(out).writeLong(count);
                default -> {
                    peer.shutdownOutput();
                    released.await();
                }
            }
        } catch (IOException | InterruptedException e) {
            // The client has gone, which some tests are about.
        } finally {
            serving.decrementAndGet();
        }
    }

    private void settle() {
        await().atMost(Duration.ofSeconds(30)).until(() -> proxy.status().sessions() == 0 && serving.get() == 0);
    }

    private void assertNothingIsLeft() {
        settle();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(openDescriptors()).isLessThanOrEqualTo(descriptors + 1));
        assertThat(proxy.status().ends()).containsEntry("cut", 0L);
    }

    private static long openDescriptors() {
        return ((com.sun.management.UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getOpenFileDescriptorCount();
    }

    private static double cpuShareDuring(Duration window) throws Exception {
        var os = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = os.getProcessCpuTime();
        long start = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(window.toNanos()); // the length of a measurement, not a wait for a condition
        return (double) (os.getProcessCpuTime() - before) / (System.nanoTime() - start);
    }
}
