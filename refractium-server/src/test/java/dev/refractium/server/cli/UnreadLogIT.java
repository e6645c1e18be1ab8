package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server whose log is not read, as by a hanging log shipper or a waiting pager, goes on serving and can be ended. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
class UnreadLogIT {
    /** A pipe takes 64 KiB, the queue some thousand lines; a session writes three at --debug. */
    private static final int SESSIONS = 4_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void serverWithOneUnreadPipeForBothStreamsServesAndExits() throws Exception {
        int port = TestBackend.deadPort();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (TestBackend backend = TestBackend.named("b");
                UdpBackend datagrams = UdpBackend.named("u");
                Launched server = Launched.withOnePipe(directory, "--debug", "-c", file(backend, datagrams, port))) {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> served(1, address) == 1);

            assertThat(served(SESSIONS, address)).isEqualTo(SESSIONS);
            assertThat(answered(address)).isEqualTo("u>U");
            assertThat(millisToEnd(server)).isLessThan(10_000);
        }
    }

    @Test
    void serverWithAnUnreadErrorPipeServesAndReportsDroppedLinesOnceItIsRead() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                UdpBackend datagrams = UdpBackend.named("u");
                Launched server = Launched.withPipe(directory, "--debug", "-c", file(backend, datagrams, 0))) {
            InetSocketAddress address = server.address();

            assertThat(served(SESSIONS, address)).isEqualTo(SESSIONS);
            assertThat(answered(address)).isEqualTo("u>U");

            BufferedReader log = new BufferedReader(new InputStreamReader(server.pipe(), StandardCharsets.UTF_8));

            assertThat(log.lines()
                            .filter(line -> line.contains("lines dropped"))
                            .findFirst()
                            .orElseThrow())
                    .matches("\\S+ WARN  StandardStreams: log lines dropped count=[1-9]\\d*");
        }
    }

    private String file(TestBackend backend, UdpBackend datagrams, int port) throws IOException {
        return Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = %d
                drain_timeout = "500ms"
                fallback_tcp = "%s"
                fallback_udp = "%s"
                """.formatted(
                                port, backend.address(), datagrams.address()))
                .toString();
    }

    /** Opens this many sessions one after the other and returns how many were answered. */
    private static int served(int sessions, InetSocketAddress address) throws IOException {
        int served = 0;
        for (int i = 0; i < sessions; i++) {
            try (Client client = Client.to(address)) {
                served += client.send("?").finish().rest().text().equals("b>?") ? 1 : 0;
            }
        }
        return served;
    }

    private static String answered(InetSocketAddress address) throws IOException {
        try (UdpClient client = UdpClient.to(address)) {
            return client.send("U").read();
        }
    }

    private static long millisToEnd(Launched server) throws Exception {
        long begin = System.nanoTime();
        server.signal("TERM");
        assertThat(server.exitCode()).isZero();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }
}
