package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A resolver that forwards to the proxy: all of its questions come from one address, each from a port of its own. */
class UnboundIT {
    private static final int QUESTIONS = 600;
    private static final int PER_SECOND = 200;
    private static final Duration BACKEND = Duration.ofMillis(100);

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void everyQuestionOfAForwarderIsAnsweredAtTheDefaultLimits() throws Exception {
        try (SlowDns backend = new SlowDns(BACKEND)) {
            Refractium proxy = lab.proxy("""
                    [[protocols]]
                    name = "dns"
                    transport = "udp"
                    forward_to = "127.0.0.1:%d"
                    """.formatted(backend.port()));
            int port = Ports.free();
            Unbound.start(lab, port, """
                    do-not-query-localhost: no
                    local-zone: "test." nodefault
                    """, """
                    forward-zone:
                      name: "."
                      forward-addr: 127.0.0.1@%d
                    """.formatted(Lab.port(proxy)));

            int answered = ask(new InetSocketAddress(Ports.loopback(), port));

            System.out.printf("unbound behind the proxy: answered %d of %d questions%n", answered, QUESTIONS);
            assertThat(answered).isEqualTo(QUESTIONS);
            assertThat(proxy.status().ends().get("over-udp-sessions-per-ip")).isZero();
        }
    }

    /** Asks at a steady rate, by one socket, and returns how many answers carry an address. */
    private static int ask(InetSocketAddress resolver) throws Exception {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setReceiveBufferSize(1 << 20);
            socket.setSoTimeout(5_000);
            int[] next = {0};
            clock.scheduleAtFixedRate(
                    () -> {
                        if (next[0] < QUESTIONS) {
                            send(socket, resolver, next[0]++);
                        }
                    },
                    0,
                    1_000_000 / PER_SECOND,
                    TimeUnit.MICROSECONDS);
            return answers(socket);
        } finally {
            clock.shutdownNow();
        }
    }

    private static int answers(DatagramSocket socket) throws IOException {
        Set<Short> answered = new HashSet<>();
        try {
            while (answered.size() < QUESTIONS) {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                ByteBuffer answer = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
                if (answer.getShort(6) == 1) {
                    answered.add(answer.getShort(0));
                }
            }
        } catch (SocketTimeoutException e) {
            // An answer that has not arrived by now does not arrive.
        }
        return answered.size();
    }

    private static void send(DatagramSocket socket, InetSocketAddress resolver, int id) {
        byte[] question = question("n" + id, id);
        try {
            socket.send(new DatagramPacket(question, question.length, resolver));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A question for the address of {@code label}.test (RFC 1035, 4.1). */
    private static byte[] question(String label, int id) {
        return ByteBuffer.allocate(12 + 1 + label.length() + 6 + 4)
                .putShort((short) id)
                .putShort((short) 0x0100)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0)
                .put((byte) label.length())
                .put(label.getBytes(StandardCharsets.US_ASCII))
                .put((byte) 4)
                .put("test".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 0)
                .putInt(0x0001_0001)
                .array();
    }
}
