package dev.refractium.server.it.clients;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A DNS server that answers every question with 192.0.2.1, each after the same time. */
final class SlowDns implements AutoCloseable {
    private final DatagramSocket socket = new DatagramSocket(0, Ports.loopback());
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final Duration delay;

    SlowDns(Duration delay) throws IOException {
        this.delay = delay;
        socket.setReceiveBufferSize(1 << 20);
        Thread thread = new Thread(this::serve, "slow-dns");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        later.shutdownNow();
        socket.close();
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                socket.receive(packet);
                byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                DatagramPacket reply = new DatagramPacket(answer, answer.length, packet.getSocketAddress());
                later.schedule(
                        () -> {
                            socket.send(reply);
                            return null;
                        },
                        delay.toMillis(),
                        TimeUnit.MILLISECONDS);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static byte[] answer(byte[] question) {
        int end = 12;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        end += 5;
        ByteBuffer answer = ByteBuffer.allocate(end + 16).put(question, 0, end);
        answer.putShort(2, (short) 0x8180).putShort(6, (short) 1).putInt(8, 0);
        return answer.putInt(0xc00c_0001)
                .putShort((short) 1)
                .putInt((int) Duration.ofMinutes(1).toSeconds())
                .putShort((short) 4)
                .put(new byte[] {(byte) 192, 0, 2, 1})
                .array();
    }
}
