package dev.refractium.server.it.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Live streams that send bytes of their own and check what comes back, on a few threads. */
public final class LiveStreams {
    private static final int PUMPS = 4;
    private static final int BLOCK = 2_048;
    private static final long PAUSE_NANOS = 2_000_000;

    private final List<List<Stream>> pumped = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean ended;

    /** Without streams yet. */
    public LiveStreams() {
        for (int i = 0; i < PUMPS; i++) {
            List<Stream> own = new CopyOnWriteArrayList<>();
            pumped.add(own);
            Thread thread = new Thread(() -> pump(own), "streams");
            threads.add(thread);
            thread.start();
        }
    }

    private static final class Stream {
        private final Client client;
        private final long seed;
        private long position;

        Stream(Client client, long seed) {
            this.client = client;
            this.seed = seed;
        }

        /** Whether what came back is what was sent. */
        boolean exchange() throws IOException {
            byte[] block = new byte[BLOCK];
            for (int i = 0; i < BLOCK; i++) {
                block[i] = at(position + i);
            }
            position += BLOCK;
            String echo = client.send(block).read(BLOCK);
            if (echo.length() < BLOCK) {
                throw new IOException("ended after " + (position - BLOCK + echo.length()) + " bytes");
            }
            return echo.equals(new String(block, StandardCharsets.ISO_8859_1));
        }

        private byte at(long index) {
            long x = (seed + index / 8) * 0x9E3779B97F4A7C15L;
            x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
            x ^= x >>> 27;
            return (byte) (x >>> (8 * (int) (index % 8)));
        }
    }

    /** Adds one, which has been greeted. */
    public void add(Client client) {
        int number = opened.getAndIncrement();
        pumped.get(number % PUMPS).add(new Stream(client, number * 1_000_003L));
    }

    public int opened() {
        return opened.get();
    }

    /** Returns how many streams ended too early. */
    public int lost() {
        return lost.get();
    }

    /** How many blocks came back changed. */
    public int wrong() {
        return wrong.get();
    }

    /** How many came back. */
    public long bytes() {
        return bytes.get();
    }

    /** Ends all streams. */
    public void end() throws InterruptedException, IOException {
        ended = true;
        for (Thread thread : threads) {
            thread.join();
        }
        for (List<Stream> own : pumped) {
            for (Stream stream : own) {
                stream.client.reset();
            }
            own.clear();
        }
    }

    private void pump(List<Stream> own) {
        while (!ended) {
            LockSupport.parkNanos(PAUSE_NANOS);
            for (Stream stream : List.copyOf(own)) {
                LockSupport.parkNanos(PAUSE_NANOS);
                try {
                    wrong.addAndGet(stream.exchange() ? 0 : 1);
                    bytes.addAndGet(BLOCK);
                } catch (IOException e) {
                    System.out.println("stream lost: " + e);
                    lost.incrementAndGet();
                    own.remove(stream);
                }
            }
        }
    }
}
