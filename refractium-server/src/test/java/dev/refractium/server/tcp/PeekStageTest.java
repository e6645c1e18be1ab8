package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of what a client says first, without a socket. "XY" has a route, and a peek is 1,024 bytes at most. */
class PeekStageTest {
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
    private final NameResolver names = new NameResolver();
    private final Generation generation = MemorySessions.generation(CONFIG, names);
    private final TcpLoop loop = new TcpLoop(time.loop(), Sockets.of(IoKind.NIO), () -> 4 * PEEK, () -> 0);
    private final MemorySide client = new MemorySide();
    private final Told told = new Told();
    private final EarlyBytes early =
            new EarlyBytes(client, loop, generation.limits().peek(), told);
    private final PeekStage peek = new PeekStage(early, loop, generation, generation.table(Transport.TCP), told, false);

    @AfterEach
    void close() {
        names.close();
        time.close();
    }

    @Test
    void aFirstReadThatDecidesWaitsForTheBackend() {
        client.says(bytes("XY and more"));

        read();

        assertThat(told.decisions).containsExactly(Decision.Reason.ROUTED);
        assertThat(early.inquiry().protocol()).isEqualTo("xy");
        assertThat(said()).isEqualTo("XY and more");
    }

    @Test
    void bytesThatDoNotDecideWaitForMore() {
        client.says(bytes("X"));
        read();
        assertThat(told.decisions).isEmpty();
        client.says(bytes("Y"));

        read();

        assertThat(told.decisions).containsExactly(Decision.Reason.ROUTED);
        assertThat(said()).isEqualTo("XY");
    }

    @Test
    void timeDecidesByWhatIsThere() {
        client.says(bytes("X"));
        read();

        peek.expired();

        assertThat(told.decisions).containsExactly(Decision.Reason.UNMATCHED);
    }

    @Test
    void silenceDecidesToo() {
        peek.expired();

        assertThat(told.decisions).containsExactly(Decision.Reason.SILENT);
        assertThat(early.isSilent()).isTrue();
    }

    @Test
    void aFinDecidesByWhatCameBefore() {
        client.says(bytes("X")).then(Side.END);
        read();

        read();

        assertThat(told.decisions).containsExactly(Decision.Reason.UNMATCHED);
        assertThat(early.clientEnded()).isTrue();
    }

    @Test
    void aFinBeforeAnyByteEndsTheSession() {
        client.then(Side.END);

        read();

        assertThat(told.ends).containsExactly(EndReason.LEFT_EARLY);
        assertThat(told.decisions).isEmpty();
    }

    @Test
    void whatFollowsTheDecisionIsReadAsFarAsAPeekMayBe() {
        client.says(bytes("XY"));
        read();
        client.says(new byte[2 * PEEK]);

        read();

        assertThat(client.unread()).isEqualTo(PEEK + 2);
        assertThat(client.readInterest).isFalse();
        assertThat(said()).hasSize(PEEK);
        assertThat(told.decisions).hasSize(1);
    }

    @Test
    void whoBreaksAfterTheDecisionIsNotDialledFor() {
        client.says(bytes("XY"));
        read();
        client.then(Side.BROKEN);

        read();

        assertThat(told.ends).containsExactly(EndReason.CLIENT_RESET);
    }

    @Test
    void theOldestGivesWayWhereAllHoldTooMuch() {
        client.says(bytes("X"));
        read();
        Told others = new Told();
        for (int i = 0; i < 8; i++) {
            MemorySide other = new MemorySide().says(bytes("X"));
            EarlyBytes its = new EarlyBytes(other, loop, generation.limits().peek(), others);
            new PeekStage(its, loop, generation, generation.table(Transport.TCP), others, false)
                    .ready(other, true, false);
        }

        assertThat(told.ends).containsExactly(EndReason.OVER_PEEK_MEMORY);
        assertThat(others.ends).isEmpty();
    }

    /** The client's side is ready: as its session does, by the stage that is current. */
    private void read() {
        if (told.decisions.isEmpty()) {
            peek.ready(client, true, false);
        } else {
            early.readForBackend();
        }
    }

    private String said() {
        return StandardCharsets.ISO_8859_1.decode(early.first()).toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Lets go of what was peeked when it ends, as a session does. */
    private final class Told implements StageEvents {
        private final List<Decision.Reason> decisions = new ArrayList<>();
        private final List<EndReason> ends = new ArrayList<>();

        @Override
        public void decided(Decision decision) {
            decisions.add(decision.reason());
        }

        @Override
        public void end(EndReason why, boolean reset) {
            ends.add(why);
            peek.end();
        }

        @Override
        public void connected(Side backend, Target target, int sent) {
            throw new AssertionError("nothing is dialled here");
        }

        @Override
        public void full(Failover failover) {
            throw new AssertionError();
        }

        @Override
        public void placed(Failover failover) {
            throw new AssertionError();
        }

        @Override
        public void unreachable(Route route, EndReason why) {
            throw new AssertionError("nothing is dialled here");
        }

        @Override
        public void ready(Side side, boolean readable, boolean writable) {
            throw new AssertionError("no socket is ready here");
        }
    }
}
