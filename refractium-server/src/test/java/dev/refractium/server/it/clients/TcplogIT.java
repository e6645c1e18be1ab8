package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The access log's documented pattern, and a real HAProxy with {@code option tcplog}, for the same session. */
class TcplogIT {
    /** Client, start, frontend, backend and server, times, bytes, how it ended, counts, queues. */
    private static final Pattern SHAPE = Pattern.compile("127\\.0\\.0\\.1:\\d+"
            + " \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d\\.\\d{3}] (\\S+) ([^/ ]+)/(\\S+)"
            + " (-?\\d+)/(-?\\d+)/\\d+ (\\d+) ([A-Za-z-]{2}) \\d+/\\d+/\\d+/\\d+/\\d+ \\d+/\\d+");

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void documentedPatternHasTheShapeThatHaproxyWrites() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                DatagramSocket syslog = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            syslog.setSoTimeout(30_000);
            exchange(haproxy(backend.port(), syslog.getLocalPort()));
            Matcher theirs = matched(session(syslog));

            Path file = lab.directory().resolve("access.log");
            String settings = "hooks = \"access-log\"\nfallback_tcp = \"" + backend.address() + "\"";
            Refractium proxy = lab.proxy(settings, """
                    [hooks.access-log]
                    file = "%s"
                    format = "text"
                    %s
                    """.formatted(file, documented()));
            exchange(Lab.port(proxy));
            await().until(() -> Files.exists(file) && Files.size(file) > 0);
            Matcher ours = matched(Files.readAllLines(file).get(0));

            // Bytes to the client, and the same end.
            for (int group : new int[] {6, 7}) {
                assertThat(ours.group(group)).isEqualTo(theirs.group(group));
            }
            assertThat(ours.group(3)).isEqualTo(backend.address());
        }
    }

    private static Matcher matched(String line) {
        Matcher matcher = SHAPE.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        return matcher;
    }

    /** Returns the README's line. */
    private static String documented() throws IOException {
        return Files.readAllLines(Path.of("..", "plugins", "access-log", "README.md")).stream()
                .filter(line -> line.startsWith("pattern = ") && line.contains("haproxy_"))
                .findFirst()
                .orElseThrow();
    }

    private int haproxy(int backend, int syslog) throws Exception {
        int front = Ports.free();
        lab.write("haproxy.cfg", """
                defaults
                    mode tcp
                    log 127.0.0.1:%d format raw local0
                    option tcplog
                    timeout connect 10s
                    timeout client 30s
                    timeout server 30s
                frontend front
                    bind 127.0.0.1:%d
                    default_backend back
                backend back
                    server one 127.0.0.1:%d
                """.formatted(syslog, front, backend));
        lab.serve(() -> Ports.accepts(front), "haproxy", "-db", "-f", "haproxy.cfg");
        return front;
    }

    /** Returns the line of the session with an answer: the port was also tried without one. */
    private static String session(DatagramSocket syslog) throws IOException {
        String line = "";
        while (!line.contains(" 3 -- ")) {
            DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
            syslog.receive(packet);
            line = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII).strip();
        }
        return line;
    }

    private static void exchange(int port) throws IOException {
        try (Client client = Client.to(new InetSocketAddress(Ports.loopback(), port))) {
            assertThat(client.send("?").finish().rest().text()).isEqualTo("b>?");
        }
    }
}
