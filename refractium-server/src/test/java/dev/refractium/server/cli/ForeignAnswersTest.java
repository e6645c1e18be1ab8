package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that talk to a running server, and a socket at which something else answers. */
class ForeignAnswersTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private Path socket;
    private ServerSocketChannel listening;
    private volatile String answer = "";

    @BeforeEach
    void listen() throws IOException {
        socket = directory.resolve("other.sock");
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        Thread answering = new Thread(this::answer);
        answering.setDaemon(true);
        answering.start();
    }

    @AfterEach
    void stop() throws IOException {
        listening.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "7",
                "hello",
                "{\"error\":{}}",
                "{\"error\":[\"x\"]}",
                "{\"outcome\":[],\"generation\":1,\"problems\":[],\"state\":{},\"sessions\":[]}",
                "{\"outcome\":\"applied\",\"generation\":null,\"problems\":[]}",
                "{\"outcome\":\"applied\",\"generation\":1,\"problems\":{}}",
                "{\"outcome\":\"applied\",\"generation\":1,\"problems\":[{}]}",
                "{\"sessions\":\"many\"}",
                "{\"sessions\":1.5}",
            })
    void answersThatNoServerGivesAreNotTakenForOne(String foreign) {
        answer = foreign;

        assertNoServer("reload");
        assertNoServer("close", "--session", "1");
        assertNoServer("status");
        assertNoServer("status", "--json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"state\":\"ready\",\"reasons\":7,\"listeners\":{},\"plugins\":[1],\"hooks\":[],\"counters\":{\"a\":[]}}",
                "{\"state\":\"ready\",\"reasons\":[{}],\"last_reload\":{\"problems\":[[]]},\"routes\":[{\"backends\":[{}]}]}",
            })
    void statusOmitsWhatItCannotRead(String foreign) {
        answer = foreign;

        assertThat(run("status")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).startsWith("state          ready");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void jsonIsPrintedWithoutWhatATerminalWouldObey() {
        answer = "{\"state\":\"ready\",\n\"reasons\":[\"\u009b31m\u202e\u001b\"],\"\u2066\":\"\u00fc\",\"none\":null}";

        assertThat(run("status", "--json")).isEqualTo(ExitCode.OK);

        assertThat(out.toString())
                .isEqualToIgnoringNewLines("{\"state\":\"ready\",\"reasons\":[\"\\u009b31m\\u202e\\u001b\"],"
                        + "\"\\u2066\":\"\u00fc\",\"none\":null}");
    }

    private void assertNoServer(String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).isEqualTo(ExitCode.COULD_NOT_RUN);
        assertThat(err.toString())
                .startsWith("refractium: what answers at the socket is no Refractium")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    private int run(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--control";
        all[arguments.length + 1] = socket.toString();
        return CommandLines.create(new PrintWriter(out, true), new PrintWriter(err, true), Terminal.ofStandardOutput())
                .execute(all);
    }

    private void answer() {
        while (listening.isOpen()) {
            try (SocketChannel client = listening.accept()) {
                client.read(ByteBuffer.allocate(4096));
                client.write(ByteBuffer.wrap((answer + "\n").getBytes(UTF_8)));
            } catch (IOException e) {
                // Closed, or the client has gone.
            }
        }
    }
}
