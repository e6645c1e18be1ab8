package dev.refractium.server.it.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Patience;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Urgent data (RFC 9293, 3.8.5), as FTP clients send it to abort a transfer: the urgent byte is one of the stream, and
 * arrives in its place.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
class UrgentDataIT {
    private final String io;

    UrgentDataIT(String io) {
        this.io = TestedIo.usable(io);
    }

    /** The first of them is urgent before the session has a route, the last once it relays. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 20})
    void urgentByteOfAClientArrivesInItsPlace(int aborts) throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (TestBackend backend = TestBackend.serving(socket -> noteIfAny(allOf(socket), received));
                Proxy proxy = Proxy.of(to(backend), backend);
                Socket client = new Socket()) {
            client.setTcpNoDelay(true);
            client.connect(proxy.tcp());

            for (int i = 0; i < aborts; i++) {
                sendAbort(client);
            }
            client.shutdownOutput();

            assertThat(received.poll(Patience.OF_TESTS.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("ABOR\r\n".repeat(aborts));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 20})
    void urgentByteOfABackendArrivesInItsPlace(int aborts) throws Exception {
        try (TestBackend backend = TestBackend.serving(socket -> {
                    socket.setTcpNoDelay(true);
                    for (int i = 0; i < aborts; i++) {
                        sendAbort(socket);
                    }
                    allOf(socket);
                });
                Proxy proxy = Proxy.of(to(backend), backend);
                Client client = proxy.connect()) {
            client.send("A");

            assertThat(client.read(6 * aborts)).isEqualTo("ABOR\r\n".repeat(aborts));
            assertThat(client.finish().rest().text()).isEmpty();
        }
    }

    /** Python's {@code ftplib} sends the whole line as urgent; its last byte is the urgent one. */
    private static void sendAbort(Socket socket) throws IOException {
        socket.getOutputStream().write("ABOR\r".getBytes(US_ASCII));
        socket.sendUrgentData('\n');
    }

    private static String allOf(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    /** Probes send nothing. */
    private static void noteIfAny(String text, BlockingQueue<String> received) {
        if (!text.isEmpty()) {
            received.add(text);
        }
    }

    private RefractiumBuilder to(TestBackend backend) {
        return Proxy.builder()
                .io(io)
                .route("ftp", route -> route.pattern(new byte[] {'A'}).to(backend.address()));
    }
}
