package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** curl and openssl to an nginx with several names, each on a port and with a certificate of its own. */
class RealTlsIT {
    private static final String ROUTES = """
            [[protocols]]
            name = "https"
            sni = "a.test"
            forward_to = "127.0.0.1:%d"

            [[protocols]]
            name = "https"
            sni = "*.b.test"
            forward_to = "127.0.0.1:%d"

            [[protocols]]
            name = "tls"
            sni = ""
            forward_to = "127.0.0.1:%d"

            [[protocols]]
            name = "https"
            match = { sni = "c.test", alpn = "h2" }
            forward_to = "127.0.0.1:%d"
            """;

    /** Releases of openssl differ in their spaces. */
    private static final Pattern SUBJECT = Pattern.compile("subject= *CN *= *(\\S+)");

    @RegisterExtension
    final Lab lab = new Lab();

    private Certificates certificates;
    private String routes = "";
    private int fallback;
    private int port;

    @BeforeEach
    void start() throws Exception {
        certificates = new Certificates(lab);
        int[] ports = {Ports.free(), Ports.free(), Ports.free(), Ports.free(), Ports.free()};
        String[] names = {"a.test", "w.b.test", "none.test", "c.test", "fallback.test"};
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < ports.length; i++) {
            servers.append(server(ports[i], names[i]));
        }
        fallback = ports[4];
        Nginx.start(lab, fallback, servers.toString());
        routes = ROUTES.formatted(ports[0], ports[1], ports[2], ports[3]);
        port = Lab.port(lab.proxy(routes));
    }

    @Test
    void curlReachesTheBackendOfEachNameAndTrustsTheBackendsOwnCertificate() throws Exception {
        assertThat(curl("a.test").succeeded().text()).isEqualTo("this is a.test");
        assertThat(curl("w.b.test").succeeded().text()).isEqualTo("this is w.b.test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void everyVersionIsRoutedByItsServerName(String version) throws Exception {
        assertThat(peerName(version, "-servername", "a.test")).isEqualTo("a.test");
        assertThat(peerName(version, "-servername", "w.b.test")).isEqualTo("w.b.test");
    }

    @Test
    void helloWithoutServerNameTakesTheRouteOfProvedAbsence() throws Exception {
        assertThat(peerName("-noservername")).isEqualTo("none.test");
    }

    @Test
    void applicationProtocolSelectsTheRouteAndIsLeftToTheBackend() throws Exception {
        Output h2 = handshake("-servername", "c.test", "-alpn", "h2,http/1.1");
        Output other = handshake("-servername", "c.test", "-alpn", "imap");

        assertThat(h2.succeeded().text()).containsPattern(SUBJECT).contains("ALPN protocol: h2");
        assertThat(other.exitCode()).isNotZero();
    }

    @Test
    void unroutedNameIsClosed() throws Exception {
        Output refused = curl("fallback.test");

        assertThat(refused.exitCode()).as("curl's code of a failed handshake").isEqualTo(35);
        assertThat(refused.out()).isEmpty();
    }

    @Test
    void unroutedNameGoesToTheFallback() throws Exception {
        Refractium proxy = lab.proxy("fallback_tcp = \"127.0.0.1:" + fallback + "\"", routes);
        port = Lab.port(proxy);

        assertThat(curl("fallback.test").succeeded().text()).isEqualTo("this is fallback.test");
        assertThat(curl("a.test").succeeded().text()).isEqualTo("this is a.test");
    }

    private String server(int listen, String name) throws Exception {
        Certificates.Pair pair = certificates.issue(name);
        return """
                server {
                    listen 127.0.0.1:%d ssl http2;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    return 200 "this is %s";
                }
                """.formatted(listen, pair.certificate(), pair.key(), name);
    }

    private Output curl(String name) throws Exception {
        return lab.run(
                "curl",
                "-sS",
                "--cacert",
                certificates.authority(),
                "--resolve",
                name + ":" + port + ":127.0.0.1",
                "https://" + name + ":" + port + "/");
    }

    private String peerName(String... options) throws Exception {
        Matcher subject = SUBJECT.matcher(handshake(options).succeeded().text());
        return subject.find() ? subject.group(1) : "nobody";
    }

    private Output handshake(String... options) throws Exception {
        List<Object> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-CAfile",
                certificates.authority(),
                "-verify_return_error"));
        command.addAll(Arrays.asList(options));
        return lab.run(command.toArray());
    }
}
