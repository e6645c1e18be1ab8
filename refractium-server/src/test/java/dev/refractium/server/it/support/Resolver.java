package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A client that sends each question from a new port, at a steady rate, as resolvers do. */
public final class Resolver {
    private static final int PATIENCE_MS = 3_000;

    private final InetSocketAddress server;
    private final Duration interval;

    public Resolver(InetSocketAddress server, Duration interval) {
        this.server = server;
        this.interval = interval;
    }

    /** Sends this many questions and returns how many of them are answered in the end. */
    public int ask(int questions) throws IOException {
        List<DatagramSocket> asked = new ArrayList<>();
        try {
            long due = System.nanoTime();
            for (int i = 0; i < questions; i++) {
                DatagramSocket socket = new DatagramSocket();
                asked.add(socket);
                byte[] question = {'R', (byte) (i >> 8), (byte) i};
                socket.send(new DatagramPacket(question, question.length, server));
                due += interval.toNanos();
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
            return answered(asked);
        } finally {
            asked.forEach(DatagramSocket::close);
        }
    }

    private static int answered(List<DatagramSocket> asked) throws IOException {
        int answered = 0;
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        for (DatagramSocket socket : asked) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            // 0 would be for ever.
            socket.setSoTimeout((int) Math.max(1, left));
            try {
                socket.receive(new DatagramPacket(new byte[8], 8));
                answered++;
            } catch (SocketTimeoutException e) {
                // Not answered.
            }
        }
        return answered;
    }
}
