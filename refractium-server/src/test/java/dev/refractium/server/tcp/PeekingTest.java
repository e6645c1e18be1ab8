package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.net.Io;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.net.Names;
import dev.refractium.server.route.Decision;
import dev.refractium.server.session.End;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.Backends;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of what a client says first, without a socket. "XY" has a route, and a peek is 1,024 bytes at most. */
class PeekingTest {
    private static final int PEEK = 1024;
    private static final String CONFIG = """
            [server]
            peek_buffer_size = 1024
            [[protocols]]
            name = "xy"
            patterns = ["XY"]
            forward_to = "127.0.0.1:1"
            """;

    private final ManualLoop time = new ManualLoop();
    private final Names names = new Names();
    private final Generation generation = generation();
    private final TcpLoop loop = new TcpLoop(time.loop(), Sockets.of(Io.NIO), () -> 4 * PEEK, () -> 0);
    private final MemorySide client = new MemorySide();
    private final Told told = new Told();
    private final Peeking peeking = new Peeking(client, loop, generation, generation.tcp(), told);

    @AfterEach
    void close() {
        names.close();
        time.close();
    }

    @Test
    void aFirstReadThatDecidesWaitsForTheBackend() {
        client.says(bytes("XY and more"));

        peeking.ready();

        assertThat(told.decisions).containsExactly(Decision.Reason.ROUTED);
        assertThat(peeking.inquiry().protocol()).isEqualTo("xy");
        assertThat(said()).isEqualTo("XY and more");
    }

    @Test
    void bytesThatDoNotDecideWaitForMore() {
        client.says(bytes("X"));
        peeking.ready();
        assertThat(told.decisions).isEmpty();
        client.says(bytes("Y"));

        peeking.ready();

        assertThat(told.decisions).containsExactly(Decision.Reason.ROUTED);
        assertThat(said()).isEqualTo("XY");
    }

    @Test
    void timeDecidesByWhatIsThere() {
        client.says(bytes("X"));
        peeking.ready();

        peeking.expired();

        assertThat(told.decisions).containsExactly(Decision.Reason.UNMATCHED);
    }

    @Test
    void silenceDecidesToo() {
        peeking.expired();

        assertThat(told.decisions).containsExactly(Decision.Reason.SILENT);
        assertThat(peeking.isSilent()).isTrue();
    }

    @Test
    void aFinDecidesByWhatCameBefore() {
        client.says(bytes("X")).then(Side.END);
        peeking.ready();

        peeking.ready();

        assertThat(told.decisions).containsExactly(Decision.Reason.UNMATCHED);
        assertThat(peeking.clientEnded()).isTrue();
    }

    @Test
    void aFinBeforeAnyByteEndsTheSession() {
        client.then(Side.END);

        peeking.ready();

        assertThat(told.ends).containsExactly(End.LEFT_EARLY);
        assertThat(told.decisions).isEmpty();
    }

    @Test
    void whatFollowsTheDecisionIsReadAsFarAsAPeekMayBe() {
        client.says(bytes("XY"));
        peeking.ready();
        client.says(new byte[2 * PEEK]);

        peeking.ready();

        assertThat(client.unread()).isEqualTo(PEEK + 2);
        assertThat(client.readInterest).isFalse();
        assertThat(said()).hasSize(PEEK);
        assertThat(told.decisions).hasSize(1);
    }

    @Test
    void whoBreaksAfterTheDecisionIsNotDialledFor() {
        client.says(bytes("XY"));
        peeking.ready();
        client.then(Side.BROKEN);

        peeking.ready();

        assertThat(told.ends).containsExactly(End.CLIENT_RESET);
    }

    @Test
    void theOldestGivesWayWhereAllHoldTooMuch() {
        client.says(bytes("X"));
        peeking.ready();
        Told others = new Told();
        for (int i = 0; i < 8; i++) {
            new Peeking(new MemorySide().says(bytes("X")), loop, generation, generation.tcp(), others).ready();
        }

        assertThat(told.ends).containsExactly(End.OVER_PEEK_MEMORY);
        assertThat(others.ends).isEmpty();
    }

    private String said() {
        return StandardCharsets.ISO_8859_1.decode(peeking.first()).toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private Generation generation() {
        ConfigReader.Parsed parsed = ConfigReader.parse(CONFIG, "peeking.toml", Path.of("/"));
        Backends backends = new Backends(names, address -> false);
        Protocols none = new Protocols(List.of(), List.of());
        try {
            return new GenerationBuilder(parsed.config(), none, backends)
                    .build()
                    .generation();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets go of what was peeked when it ends, as a session does. */
    private final class Told implements Peeking.Caller {
        private final List<Decision.Reason> decisions = new ArrayList<>();
        private final List<End> ends = new ArrayList<>();

        @Override
        public void decided(Decision decision) {
            decisions.add(decision.reason());
        }

        @Override
        public void end(End why, boolean reset) {
            ends.add(why);
            peeking.end();
        }
    }
}
