package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.TestedIo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** curl to nginx, through routes by host. */
class RealHttpIT {
    private static final int BODY = 10_000_000;

    @RegisterExtension
    final Lab lab = new Lab();

    private int a;
    private int b;
    private int h2c;
    private String url = "";

    @BeforeEach
    void start() throws Exception {
        a = Ports.free();
        b = Ports.free();
        h2c = Ports.free();
        lab.write("a/name", "this is a");
        lab.write("b/name", "this is b");
        Nginx.start(lab, b, """
                server { listen 127.0.0.1:%d; root a; location / { dav_methods PUT; } }
                server { listen 127.0.0.1:%d; root b; }
                server { listen 127.0.0.1:%d http2; root b; }
                server { listen unix:%s; root a; }
                """.formatted(a, b, h2c, lab.directory().resolve("unix.sock")));
        Refractium proxy = lab.proxy("""
                [[protocols]]
                name = "http"
                host = "a.test"
                forward_to = "127.0.0.1:%d"

                [[protocols]]
                name = "http"
                host = ["b.test", "*.b.test"]
                forward_to = "127.0.0.1:%d"
                """.formatted(a, b));
        url = "http://127.0.0.1:" + Lab.port(proxy);
    }

    @Test
    void hostSelectsTheBackend() throws Exception {
        assertThat(get("a.test").text()).isEqualTo("this is a");
        assertThat(get("B.TEST:8080").text()).isEqualTo("this is b");
        assertThat(get("x.y.b.test").text()).isEqualTo("this is b");
    }

    @Test
    void unroutedHostIsClosedWithoutAnAnswer() throws Exception {
        Output refused = get("c.test");

        assertThat(refused.exitCode()).as("curl's code of an empty reply").isEqualTo(52);
        assertThat(refused.out()).isEmpty();
    }

    @Test
    void twoRequestsShareOneConnection() throws Exception {
        Output two = lab.run(
                "curl", "-sS", "-H", "Host: a.test", "-w", " over %{num_connects} new\n", url + "/name", url + "/name");

        assertThat(two.succeeded().text()).isEqualTo("this is a over 1 new\nthis is a over 0 new");
    }

    @Test
    void largeBodiesArriveWholeBothWays() throws Exception {
        byte[] body = new byte[BODY];
        new Random(1).nextBytes(body);

        lab.feed(body, "curl", "-sS", "-f", "-H", "Host: a.test", "-T", "-", url + "/up")
                .succeeded();
        Output down =
                lab.run("curl", "-sS", "-f", "-H", "Host: a.test", url + "/up").succeeded();

        assertThat(Files.readAllBytes(lab.directory().resolve("a/up"))).isEqualTo(body);
        assertThat(down.out()).isEqualTo(body);
    }

    @Test
    void largeBodyComesFromAUnixSocket() throws Exception {
        byte[] body = new byte[BODY];
        new Random(2).nextBytes(body);
        Files.write(lab.directory().resolve("a/large"), body);
        Refractium proxy = lab.proxy("""
                [[protocols]]
                name = "http"
                forward_to = "unix:%s"
                """.formatted(lab.directory().resolve("unix.sock")));

        Output answer = lab.run("curl", "-sS", "-f", "http://127.0.0.1:" + Lab.port(proxy) + "/large");

        assertThat(answer.succeeded().out()).isEqualTo(body);
    }

    @Test
    void curlReachesTheProxyAtAUnixSocket() throws Exception {
        Path socket = lab.directory().resolve("proxy.sock");
        Path file = lab.write("unix.toml", """
                [server]
                plugins_dir = "%s"

                [[listeners]]
                name = "app"
                path = "%s"

                [[protocols]]
                name = "http"
                host = "a.test"
                forward_to = "127.0.0.1:%d"
                """.formatted(Lab.plugins(), socket, a));
        try (Refractium proxy = TestedIo.server().config(file).start()) {
            Output answer = lab.run("curl", "-sS", "--unix-socket", socket.toString(), "http://a.test/name");

            assertThat(answer.succeeded().text()).isEqualTo("this is a");
            assertThat(proxy.tcp()).isEmpty();
        }
    }

    @Test
    void http2WithPriorKnowledgeIsHttp() throws Exception {
        Refractium proxy = lab.proxy("""
                [[protocols]]
                name = "http"
                forward_to = "127.0.0.1:%d"
                """.formatted(h2c));

        Output answer = lab.run(
                "curl",
                "-sS",
                "--http2-prior-knowledge",
                "-w",
                " by HTTP/%{http_version}",
                "http://127.0.0.1:" + Lab.port(proxy) + "/name");

        assertThat(answer.succeeded().text()).isEqualTo("this is b by HTTP/2");
    }

    @Test
    void http2WithPriorKnowledgeIsClosedIfRoutesAskForTheHost() throws Exception {
        Output refused = lab.run("curl", "-sS", "--http2-prior-knowledge", "-H", "Host: a.test", url + "/name");

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.out()).isEmpty();
    }

    private Output get(String host) throws Exception {
        return lab.run("curl", "-sS", "-H", "Host: " + host, url + "/name");
    }
}
