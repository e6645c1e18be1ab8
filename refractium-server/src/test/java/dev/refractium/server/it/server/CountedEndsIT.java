package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** Once a client sees its connection end, the end is counted and the place free: no test and no operator need wait. */
class CountedEndsIT {
    private static final int SESSIONS = Full.is() ? 10_000 : 2_000;

    @Test
    void endIsCountedAndItsPlaceFreeBeforeTheClientSeesTheEnd() throws Exception {
        try (TestBackend backend = TestBackend.serving(CountedEndsIT::answerAtTheEnd);
                Proxy proxy = Proxy.of(
                        Proxy.builder().maxConnections(1).fallback(Transport.TCP, backend.address()), backend)) {
            int wrong = 0;
            for (long i = 1; i <= SESSIONS; i++) {
                try (Client client = proxy.connect()) {
                    Client.Rest rest = client.send("x").finish().rest();
                    boolean served = rest.equals(new Client.Rest("x", Client.Ending.FIN));
                    boolean counted = proxy.ends().getOrDefault("done", 0L) == i && proxy.live() == 0;
                    wrong += served && counted ? 0 : 1;
                }
            }

            assertThat(wrong).isZero();
            assertThat(proxy.ends()).containsOnlyKeys("done");
        }
    }

    /** The client's FIN has come by then, so that the answer's is the last of the session. */
    private static void answerAtTheEnd(Socket socket) throws IOException {
        socket.getOutputStream().write(socket.getInputStream().readAllBytes());
    }
}
