package dev.refractium.server.it.clients;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Stands between a client and a name server, keeps where questions came from, and fails or delays them. Any thread. */
final class DnsTap implements AutoCloseable {
    private static final int LONGEST = 4_096;
    private static final int PATIENCE_MS = 2_000;
    private static final int HEADER = 12;

    /** The type AAAA. */
    private static final int SIX = 28;

    private final DatagramSocket socket = new DatagramSocket(0, Ports.loopback());
    private final ScheduledExecutorService workers = Executors.newScheduledThreadPool(4);
    private final InetSocketAddress server;
    private final List<Integer> ports = new CopyOnWriteArrayList<>();
    private final List<Integer> ids = new CopyOnWriteArrayList<>();
    private volatile Mode mode = Mode.FORWARD;
    private volatile Duration delay = Duration.ZERO;

    /** What becomes of questions. */
    enum Mode {
        FORWARD,
        SERVFAIL,
        /** Fails the questions for IPv6 addresses. */
        SERVFAIL_SIX,
        SILENT
    }

    DnsTap(InetSocketAddress server) throws IOException {
        this.server = server;
        Thread thread = new Thread(this::receive, "dns-tap");
        thread.setDaemon(true);
        thread.start();
    }

    /** As the key {@code resolvers} has it. */
    String text() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    void mode(Mode mode) {
        this.mode = mode;
    }

    void delay(Duration delay) {
        this.delay = delay;
    }

    /** The source port of each question. */
    List<Integer> ports() {
        return ports;
    }

    /** The id of each question. */
    List<Integer> ids() {
        return ids;
    }

    @Override
    public void close() {
        workers.shutdownNow();
        socket.close();
    }

    private void receive() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
                socket.receive(packet);
                ports.add(packet.getPort());
                ids.add(ByteBuffer.wrap(packet.getData()).getShort(0) & 0xffff);
                workers.schedule(() -> answer(packet), delay.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (SocketException e) {
            // Closed.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Void answer(DatagramPacket question) throws IOException {
        switch (mode) {
            case SERVFAIL -> fail(question);
            case SERVFAIL_SIX -> {
                byte[] asked = question.getData();
                if (asked[endOfQuestion(asked) - 3] == SIX) {
                    fail(question);
                } else {
                    forward(question);
                }
            }
            case FORWARD -> forward(question);
            case SILENT -> {}
        }
        return null;
    }

    private void fail(DatagramPacket question) throws IOException {
        byte[] failed = question.getData();
        failed[2] |= (byte) 0x80;
        failed[3] = (byte) 0x82;
        // Without the client's own record of extensions, which an answer must not echo.
        failed[HEADER - 1] = 0;
        socket.send(new DatagramPacket(failed, endOfQuestion(failed), question.getSocketAddress()));
    }

    private void forward(DatagramPacket question) throws IOException {
        try (DatagramSocket upstream = new DatagramSocket()) {
            upstream.setSoTimeout(PATIENCE_MS);
            upstream.send(new DatagramPacket(question.getData(), question.getLength(), server));
            DatagramPacket answer = new DatagramPacket(new byte[LONGEST], LONGEST);
            upstream.receive(answer);
            socket.send(new DatagramPacket(answer.getData(), answer.getLength(), question.getSocketAddress()));
        }
    }

    private static int endOfQuestion(byte[] message) {
        int end = HEADER;
        while (message[end] != 0) {
            end += message[end] + 1;
        }
        return end + 5;
    }
}
