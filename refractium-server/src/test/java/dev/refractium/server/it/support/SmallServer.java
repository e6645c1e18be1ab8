package dev.refractium.server.it.support;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.report.Status;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** A server in a process of its own, with a heap of its own. Says its port, and at each line of its input how it is. */
final class SmallServer {
    private SmallServer() {}

    /** Its arguments: io, the backend's port, {@code relay_memory}, how many clients. */
    public static void main(String[] arguments) throws Exception {
        int clients = Integer.parseInt(arguments[3]);
        try (Refractium server = Refractium.builder()
                .io(arguments[0])
                .listen("127.0.0.1", 0)
                .transports(Transport.TCP)
                .udpMaxSessions(100)
                .maxConnections(clients + 100)
                .maxConnectionsPerIp(0)
                .peekMemory(4 << 20)
                .relayMemory(Long.parseLong(arguments[2]))
                .drainTimeout(Duration.ZERO)
                .route(
                        "all",
                        r -> r.pattern(new byte[] {'B'})
                                .pattern(new byte[] {'S'})
                                .to("127.0.0.1:" + arguments[1]))
                .start()) {
            System.out.println(server.tcp().orElseThrow().getPort());
            BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            while (asked.readLine() != null) {
                Status status = server.status();
                System.out.println(
                        status.memory().relayMemory().held() + " " + status.sessions() + " " + occurred(status.ends()));
            }
        }
    }

    /** Without those that did not occur, and without spaces. */
    private static String occurred(Map<String, Long> ends) {
        Map<String, Long> occurred = new TreeMap<>(ends);
        occurred.values().removeIf(count -> count == 0);
        return occurred.toString().replace(" ", "");
    }
}
