package dev.refractium.server.it.backends;

import dev.refractium.server.it.support.StormBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that make one short session after the other, and the record of each. Any thread. */
final class StormLoad {
    private static final int CLIENTS = 64;
    private static final int PATIENCE_MS = 60_000;

    private final InetSocketAddress front;
    private final AtomicLong next = new AtomicLong();
    private final Queue<Visit> records = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean over;

    /**
     * One session.
     *
     * @param by the name of the backend that served it, one letter; or what went wrong
     */
    record Visit(long began, long nanos, String by) {
        boolean isFailed() {
            return by.length() != 1;
        }
    }

    StormLoad(InetSocketAddress front) {
        this.front = front;
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(null, this::sessions, "storm-" + i, 256 << 10);
            client.setDaemon(true);
            clients.add(client);
            client.start();
        }
    }

    /** Returns the sessions that have ended since the last call. */
    List<Visit> taken() {
        List<Visit> taken = new ArrayList<>();
        for (Visit each = records.poll(); each != null; each = records.poll()) {
            taken.add(each);
        }
        return taken;
    }

    /** Returns how many sessions have ended and were not taken. */
    int ended() {
        return records.size();
    }

    /** Begins no more sessions, and waits for the last. */
    void end() throws InterruptedException {
        over = true;
        for (Thread client : clients) {
            client.join(PATIENCE_MS);
        }
    }

    private void sessions() {
        while (!over) {
            long began = System.nanoTime();
            String by = session(next.incrementAndGet());
            records.add(new Visit(began, System.nanoTime() - began, by));
        }
    }

    private String session(long number) {
        byte[] request = ByteBuffer.allocate(StormBackend.REQUEST)
                .put(FailoverStorm.BEGINNING)
                .putLong(2, number)
                .array();
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.connect(front, PATIENCE_MS);
            socket.getOutputStream().write(request);
            byte[] answer = socket.getInputStream().readAllBytes();
            boolean whole = answer.length == 1 + request.length
                    && Arrays.equals(request, 0, request.length, answer, 1, answer.length);
            return whole ? String.valueOf((char) answer[0]) : answer.length + " bytes";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Returns the time in milliseconds that this share of some sessions did not exceed. */
    static double ms(List<Visit> some, double share) {
        long[] nanos = some.stream().mapToLong(Visit::nanos).sorted().toArray();
        return nanos.length == 0
                ? 0
                : nanos[(int) Math.min(nanos.length - 1, share * nanos.length)]
                        / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
