package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A command that waits for a server which takes its time. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "a pseudo terminal is made by util-linux")
class ProgressIT {
    private static final String[] RELOAD = {"reload", "--control", "c.sock"};

    @TempDir
    private Path directory;

    private ServerSocketChannel listening;

    @BeforeEach
    void listen() throws IOException {
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(directory.resolve("c.sock")));
    }

    @AfterEach
    void stop() throws IOException {
        listening.close();
    }

    @Test
    void waitIsShownAtATerminalAndGoneAfterwards() throws Exception {
        try (Launched reload = Launched.atTerminal(directory, new Launched.Size(20, 80), RELOAD)) {
            try (SocketChannel client = listening.accept()) {
                reload.awaitOut("waiting for the reload (0 s)").awaitOut("waiting for the reload (1 s)");
                refuse(client);
            }

            assertThat(reload.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(reload.out()).endsWith(" s)\r\033[Krefractium: not now\r\n");
        }
    }

    @Test
    void nothingIsShownElsewhere() throws Exception {
        try (Launched reload = Launched.in(directory, RELOAD)) {
            try (SocketChannel client = listening.accept()) {
                refuse(client);
            }

            assertThat(reload.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(reload.err()).isEqualToNormalizingNewlines("refractium: not now\n");
        }
    }

    private static void refuse(SocketChannel client) throws IOException {
        client.write(ByteBuffer.wrap("{\"error\":\"not now\"}\n".getBytes(UTF_8)));
    }
}
