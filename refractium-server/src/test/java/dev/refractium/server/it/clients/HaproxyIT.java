package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HAProxy in front of the proxy passes the client on. The client's address comes from a header that HAProxy accepts, since
 * the proxy believes no header that names a loopback address.
 */
class HaproxyIT {
    @RegisterExtension
    final Lab lab = new Lab();

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,unique-id"})
    void theClientThatHaproxyPassesOnReachesTheBackend(String how) throws Exception {
        int nginx = Ports.free();
        Nginx.start(lab, nginx, """
                server {
                    listen 127.0.0.1:%d proxy_protocol;
                    location / { return 200 "$proxy_protocol_addr $proxy_protocol_port"; }
                }
                """.formatted(nginx));
        Refractium proxy = lab.listening("""
                [[listeners]]
                name = "edge"
                bind = "127.0.0.1"
                port = 0
                accept_proxy_from = ["127.0.0.9"]

                [[protocols]]
                name = "http"
                send_proxy = "v2"
                forward_to = "127.0.0.1:%d"
                """.formatted(nginx));
        int front = haproxy(how, Lab.port(proxy));

        for (String client : new String[] {"198.51.100.7", "2001:db8::7"}) {
            String server = client.replace('7', '9');
            String family = client.indexOf(':') < 0 ? "TCP4 " : "TCP6 ";
            String request =
                    "PROXY " + family + client + " " + server + " 4711 80\r\nGET / HTTP/1.0\r\nHost: a.test\r\n\r\n";
            String answer = exchange(front, request);

            assertThat(answer).endsWith("\r\n\r\n" + client + " 4711");
        }
        // HAProxy's health checks say LOCAL, or leave: they are no sessions.
        await().until(() -> ends(proxy, "proxy-probe") > 0);
        assertThat(ends(proxy, "left-early")).isZero();
        assertThat(ends(proxy, "proxy-missing")).isZero();
    }

    private static long ends(Refractium proxy, String reason) {
        return proxy.status().ends().getOrDefault(reason, 0L);
    }

    private int haproxy(String how, int proxy) throws Exception {
        int front = Ports.free();
        lab.write("haproxy.cfg", """
                defaults
                    mode tcp
                    timeout connect 10s
                    timeout client 30s
                    timeout server 30s
                frontend front
                    bind 127.0.0.1:%d accept-proxy
                    unique-id-format %%ci-%%rt
                    default_backend refractium
                backend refractium
                    server one 127.0.0.1:%d source 127.0.0.9 %s check check-send-proxy inter 100ms
                """.formatted(front, proxy, how));
        lab.serve(() -> Ports.accepts(front), "haproxy", "-db", "-f", "haproxy.cfg");
        return front;
    }

    private static String exchange(int port, String request) throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Ports.loopback(), port));
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
