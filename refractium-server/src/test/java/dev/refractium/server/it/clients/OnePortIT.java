package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.TestBackend;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All protocols at once on one port, each client at work while the others are. */
class OnePortIT {
    private static final int ROUNDS = 5;
    private static final int AT_A_TIME = 6;

    @RegisterExtension
    final Lab lab = new Lab();

    private final ExecutorService clients = Executors.newFixedThreadPool(AT_A_TIME);
    private TestBackend magic;
    private Certificates certificates;
    private Path sshConfiguration;
    private Refractium proxy;
    private int port;

    @BeforeEach
    void start() throws Exception {
        magic = TestBackend.named("magic");
        certificates = new Certificates(lab);
        Certificates.Pair pair = certificates.issue("a.test");
        int http = Ports.free();
        int https = Ports.free();
        Nginx.start(lab, https, """
                server { listen 127.0.0.1:%d; return 200 "http"; }
                server {
                    listen 127.0.0.1:%d ssl;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    return 200 "https";
                }
                """.formatted(http, https, pair.certificate(), pair.key()));
        Sshd sshd = Sshd.start(lab);
        sshConfiguration = sshd.clientConfiguration();
        proxy = lab.proxy(
                "silence_timeout = \"2s\"",
                route("http", http)
                        + route("https", https)
                        + "sni = \"a.test\"\n"
                        + route("ssh", sshd.port())
                        + route("dns", Dnsmasq.start(lab))
                        + "transport = \"both\"\n"
                        + route("ftp", Vsftpd.start(lab))
                        + route("magic", magic.port())
                        + "patterns = [\"\\xCA\\xFE\"]\n");
        port = Lab.port(proxy);
    }

    @AfterEach
    void stop() throws Exception {
        clients.shutdownNow();
        magic.close();
    }

    @Test
    void everyClientReachesItsOwnServer() throws Exception {
        List<Callable<String>> calls =
                List.of(this::http, this::https, this::ssh, this::dnsOverUdp, this::dnsOverTcp, this::ftp, this::magic);
        List<String> answers = List.of("http", "https", "ssh", "192.0.2.1", "192.0.2.1", "welcome", "magic>");

        List<String> said = new ArrayList<>();
        for (Future<String> answer : clients.invokeAll(repeated(calls), 120, TimeUnit.SECONDS)) {
            said.add(answer.get());
        }

        assertThat(said).isEqualTo(repeated(answers));
        assertThat(proxy.status().ends()).containsEntry("unmatched", 0L).containsEntry("silent", 0L);
    }

    private static <T> List<T> repeated(List<T> once) {
        return Collections.nCopies(ROUNDS, once).stream().flatMap(List::stream).toList();
    }

    private static String route(String name, int backend) {
        return """

                [[protocols]]
                name = "%s"
                forward_to = "127.0.0.1:%d"
                """.formatted(name, backend);
    }

    private String http() throws Exception {
        return text("curl", "-sS", "http://127.0.0.1:" + port + "/");
    }

    private String https() throws Exception {
        String resolve = "a.test:" + port + ":127.0.0.1";
        return text(
                "curl", "-sS", "--cacert", certificates.authority(), "--resolve", resolve, "https://a.test:" + port);
    }

    private String ssh() throws Exception {
        return text("ssh", "-F", sshConfiguration, "-p", port, "127.0.0.1", "echo ssh");
    }

    private String dnsOverUdp() throws Exception {
        return text("dig", "@127.0.0.1", "-p", port, "+short", "a.test");
    }

    private String dnsOverTcp() throws Exception {
        return text("dig", "@127.0.0.1", "-p", port, "+short", "+tcp", "a.test");
    }

    private String ftp() throws Exception {
        return text("curl", "-sS", "ftp://127.0.0.1:" + port + "/greeting.txt");
    }

    private String magic() throws Exception {
        byte[] bytes = {(byte) 0xca, (byte) 0xfe, 0};
        byte[] answer = lab.feed(bytes, "socat", "-t", "20", "-", "TCP4:127.0.0.1:" + port)
                .succeeded()
                .out();
        return new String(answer, 0, answer.length - bytes.length, StandardCharsets.US_ASCII);
    }

    private String text(Object... command) throws Exception {
        return lab.run(command).succeeded().text();
    }
}
