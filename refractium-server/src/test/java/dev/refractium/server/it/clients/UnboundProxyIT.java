package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** unbound behind the proxy learns the client's address from the header in each datagram. */
class UnboundProxyIT {
    private static final String CLIENT = "127.0.0.5";

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void twoQuestionsOfOneSocketAreAnsweredAndLoggedWithTheClientsAddress() throws Exception {
        int port = Ports.free();
        Unbound.start(lab, port, """
                proxy-protocol-port: %d
                access-control: 127.0.0.0/8 allow
                logfile: "unbound.log"
                log-queries: yes
                local-zone: "test." redirect
                local-data: "test. A 192.0.2.1"
                """.formatted(port), "");
        Refractium proxy = lab.proxy("""
                [[protocols]]
                name = "dns"
                transport = "udp"
                send_proxy = "v2"
                forward_to = "127.0.0.1:%d"
                """.formatted(port));
        InetSocketAddress server = new InetSocketAddress(Ports.loopback(), Lab.port(proxy));

        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(CLIENT), 0))) {
            socket.setSoTimeout(20_000);
            assertThat(ask(socket, server, "one")).isOne();
            assertThat(ask(socket, server, "two")).isOne();
        }

        Path log = lab.directory().resolve("unbound.log");
        await().until(() -> Files.readString(log).contains(CLIENT + " two.test."));
        assertThat(Files.readString(log)).contains(CLIENT + " one.test.");
        assertThat(proxy.status().sessions()).isLessThanOrEqualTo(1);
    }

    /** Returns the number of answers to a question for the address of {@code label}.test (RFC 1035, 4.1). */
    private static int ask(DatagramSocket socket, InetSocketAddress server, String label) throws Exception {
        ByteBuffer question = ByteBuffer.allocate(12 + 1 + label.length() + 6 + 4)
                .putShort((short) label.hashCode())
                .putShort((short) 0x0100)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0)
                .put((byte) label.length())
                .put(label.getBytes(StandardCharsets.US_ASCII))
                .put((byte) 4)
                .put("test".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 0)
                .putInt(0x0001_0001);
        socket.send(new DatagramPacket(question.array(), question.capacity(), server));
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        socket.receive(packet);
        ByteBuffer answer = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        assertThat(answer.getShort(0)).isEqualTo((short) label.hashCode());
        return answer.getShort(6);
    }
}
