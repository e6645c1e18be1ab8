package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** nginx behind the proxy learns the client's address from {@code send_proxy}. */
class NginxProxyIT {
    @RegisterExtension
    final Lab lab = new Lab();

    @ParameterizedTest
    @CsvSource({"v1,127.0.0.1,127.0.0.5", "v2,127.0.0.1,127.0.0.5", "v1,[::1],::1", "v2,[::1],::1"})
    void nginxLogsTheClientsAddress(String version, String proxyHost, String client) throws Exception {
        int port = Ports.free();
        Nginx.start(lab, port, """
                log_format seen '$proxy_protocol_addr $proxy_protocol_server_addr "$request"';
                server {
                    listen 127.0.0.1:%d proxy_protocol;
                    access_log seen.log seen;
                    location / { return 200 "$proxy_protocol_addr"; }
                }
                """.formatted(port));
        String host = proxyHost.replaceAll("[\\[\\]]", "");
        Refractium proxy = lab.listening("""
                [[listeners]]
                name = "edge"
                bind = "%s"
                port = 0

                [[protocols]]
                name = "http"
                send_proxy = "%s"
                forward_to = "127.0.0.1:%d"
                """.formatted(host, version, port));

        Output answer =
                lab.run("curl", "-sS", "--interface", client, "http://" + proxyHost + ":" + Lab.port(proxy) + "/x");

        assertThat(answer.succeeded().text()).isEqualTo(client);
        Path log = lab.directory().resolve("seen.log");
        await().until(() -> Files.readString(log).contains("GET /x"));
        assertThat(Files.readString(log)).startsWith(client + " " + host + " \"GET /x");
    }
}
