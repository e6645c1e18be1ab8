package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.config.ProxyVersion;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients of IPv4 are clients of IPv4, at a socket of either family and behind a proxy that writes their addresses as
 * IPv6: for limits, for guards, and in the header for backends.
 */
class FamiliesIT {
    private static final String PROXY = "127.0.0.2";
    private static final String IPV4 = "PROXY TCP4 198.51.100.7 203.0.113.9 1 2\r\n";
    private static final String IPV6 = "PROXY TCP6 2001:db8::7 2001:db8::9 1 2\r\n";
    private static final String MAPPED = "PROXY TCP6 ::ffff:198.51.100.7 ::ffff:203.0.113.9 1 2\r\n";

    private final List<Client> clients = new ArrayList<>();
    private TestBackend backend;
    private Refractium server;

    @BeforeEach
    void start() throws Exception {
        backend = TestBackend.serving(FamiliesIT::describe);
        server = TestedIo.server()
                .maxConnectionsPerIp(1)
                .listener("four", l -> l.bind("127.0.0.1").port(0).deny("127.0.0.6"))
                .listener("both", l -> l.bind("::").port(0).deny("127.0.0.6", "198.51.100.8"))
                .listener(
                        "proxied",
                        l -> l.bind("::").port(0).deny("198.51.100.8").acceptProxyFrom(PROXY))
                .route(
                        "x",
                        r -> r.pattern(new byte[] {'X'})
                                .transport(Transport.TCP)
                                .sendProxy(ProxyVersion.V1)
                                .to(backend.address()))
                .start();
    }

    @AfterEach
    void close() throws IOException {
        for (Client client : clients) {
            client.close();
        }
        server.cutNow();
        server.close();
        backend.close();
    }

    @Test
    void clientHasOneAddressWhateverItComesBy() throws Exception {
        List<String> answers = List.of(
                answer("four", "127.0.0.5", "X"),
                answer("both", "127.0.0.7", "X"),
                answer("both", "::1", "X"),
                answer("proxied", PROXY, MAPPED + "X"),
                answer("proxied", PROXY, IPV6 + "X"),
                // Each of these clients has its one place.
                answer("both", "127.0.0.5", "X"),
                answer("four", "127.0.0.7", "X"),
                answer("proxied", PROXY, IPV4 + "X"),
                answer("both", "127.0.0.6", "X"),
                answer("proxied", PROXY, MAPPED.replace("100.7", "100.8") + "X"));

        assertThat(answers)
                .containsExactly(
                        "TCP4 127.0.0.5",
                        "TCP4 127.0.0.7",
                        "TCP6 ::1",
                        "TCP4 198.51.100.7",
                        "TCP6 2001:db8::7",
                        "",
                        "",
                        "",
                        "",
                        "");
        assertThat(server.status().ends()).containsEntry("over-max-per-ip", 3L).containsEntry("denied", 2L);
        System.out.printf("families: right for %d of %d clients%n", answers.size(), answers.size());
    }

    /** Returns how the backend was told of a client, which stays; or nothing if the client was closed. */
    private String answer(String listener, String from, String bytes) throws IOException {
        Client client = Client.from(from, address(listener, from));
        clients.add(client);
        try {
            client.send(bytes);
            StringBuilder answer = new StringBuilder();
            for (String more = client.read(1); !more.isEmpty() && !more.equals("\n"); more = client.read(1)) {
                answer.append(more);
            }
            return answer.toString();
        } catch (SocketException e) {
            return "";
        }
    }

    private InetSocketAddress address(String listener, String from) {
        String address = server.status().listeners().stream()
                .filter(one -> one.name().equals(listener) && one.transport().equals("tcp"))
                .findFirst()
                .orElseThrow()
                .address();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        return new InetSocketAddress(from.equals("::1") ? "::1" : "127.0.0.1", port);
    }

    /** Answers with family and source of the header, and stays. */
    private static void describe(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String[] header = in.readLine().split(" ", -1);
        if (header[1].equals("UNKNOWN")) {
            return; // a probe
        }
        socket.getOutputStream().write((header[1] + " " + header[2] + "\n").getBytes(StandardCharsets.US_ASCII));
        in.readLine();
    }
}
