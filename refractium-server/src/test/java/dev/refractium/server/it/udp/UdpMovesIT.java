package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where UDP sessions go that never rest, when a reload gives their route another backend. */
class UdpMovesIT {
    @TempDir
    private Path directory;

    @Test
    void unansweredSenderFollowsItsRouteAndAnAnsweredClientStays() throws Exception {
        try (UdpBackend oldSink = UdpBackend.silent();
                UdpBackend newSink = UdpBackend.silent();
                UdpBackend oldEcho = UdpBackend.echoOn("127.0.0.1");
                UdpBackend newEcho = UdpBackend.echoOn("127.0.0.1")) {
            Path file = write(oldSink, oldEcho);
            try (Refractium server =
                            TestedIo.server().config(file).hotReload(false).start();
                    UdpClient sender = UdpClient.from("127.0.0.1", server.udp().orElseThrow());
                    UdpClient client = UdpClient.from("127.0.0.1", server.udp().orElseThrow())) {
                sender.send("S0");
                client.send("E0").read();
                await().until(() -> oldSink.received() == 1);
                write(newSink, newEcho);
                server.reload();
                long reloaded = System.nanoTime();

                int[] sent = {1};
                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> {
                            sender.send("S" + sent[0]++);
                            client.send("E").read();
                            return newSink.received() > 0;
                        });

                long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - reloaded);
                System.out.printf("a sender that nobody answers moved %d ms after the reload%n", ms);
                await().until(() -> oldSink.received() + newSink.received() == sent[0]);
                assertThat(newSink.peers()).isOne();
                assertThat(newEcho.received()).isZero();
                assertThat(oldEcho.peers()).isOne();
                assertThat(server.status().ends()).containsEntry("backend-moved", 1L);
            }
        }
    }

    private Path write(UdpBackend sink, UdpBackend echo) throws Exception {
        return Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0

                [[protocols]]
                name = "sink"
                patterns = ["S"]
                transport = "udp"
                forward_to = "%s"

                [[protocols]]
                name = "echo"
                patterns = ["E"]
                transport = "udp"
                forward_to = "%s"
                """.formatted(sink.address(), echo.address()));
    }
}
