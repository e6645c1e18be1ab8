package dev.refractium.server.it.support;

import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.config.OnBindFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Starts a server whose address is not there, gives it to the machine, takes it away and gives it back, as keepalived
 * moves an address between machines. A program of its own, to be run where addresses may be added.
 */
public final class LateListener {
    private static final String ADDRESS = "10.1.2.6";
    private static final int PORT = 4433;

    private LateListener() {}

    public static void main(String[] arguments) throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                UdpBackend udp = UdpBackend.named("u");
                Refractium server = Refractium.builder()
                        .io(TestedIo.name())
                        .drainTimeout(Duration.ZERO)
                        .listener(
                                "vip",
                                l -> l.bind(ADDRESS)
                                        .port(PORT)
                                        .transport(Transport.TCP)
                                        .transport(Transport.UDP)
                                        .onBindFailure(OnBindFailure.WAIT))
                        .fallback(Transport.TCP, backend.address())
                        .fallback(Transport.UDP, udp.address())
                        .start()) {
            await().until(() -> server.status().isReady());
            require(server.status().reasons().size() == 2, "two listeners wait: " + server.status());
            ip("add");
            await().until(() -> server.status().reasons().isEmpty());
            requireServed("served");
            ip("del");
            ip("add");
            requireServed("served again");
            try (UdpClient client = UdpClient.to(new InetSocketAddress(ADDRESS, PORT))) {
                require(client.send("x").read().equals("u>x"), "an answer over UDP");
                System.out.println("served over UDP");
            }
        }
    }

    private static void requireServed(String said) throws IOException {
        try (Client client = Client.to(new InetSocketAddress(ADDRESS, PORT))) {
            require(client.send("x").finish().rest().text().equals("b>x"), said);
            System.out.println(said);
        }
    }

    private static void require(boolean holds, String what) throws IOException {
        if (!holds) {
            throw new IOException("expected " + what);
        }
    }

    private static void ip(String what) throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder("ip", "addr", what, ADDRESS + "/32", "dev", "lo")
                .inheritIO()
                .start()
                .waitFor();
        require(exitCode == 0, "ip addr " + what + " to work");
    }
}
