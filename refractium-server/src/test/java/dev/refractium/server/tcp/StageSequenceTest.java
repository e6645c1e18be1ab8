package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Permit;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.socket.Side;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A session as a sequence of stages, without a socket, and where a stage fits that speaks to the client before its route is
 * known, as STARTTLS needs it.
 */
class StageSequenceTest {
    private static final String CONFIG = """
            [[protocols]]
            name = "xy"
            patterns = ["XY"]
            forward_to = "127.0.0.1:1"
            """;

    private final MemorySessions memory = new MemorySessions(CONFIG, 1, 0);
    private final Sessions sessions = memory.sessions();
    private final MemorySide client = new MemorySide();
    private final TcpSession session = session();

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void aPeekADialAndARelayFollowEachOther() {
        session.start();
        assertThat(session.stage()).isInstanceOf(PeekStage.class);

        client.says(bytes("XY and more"));
        session.ready(client, true, false);

        assertThat(session.stage()).isInstanceOf(Relay.class);
        assertThat(session.route()).isEqualTo("xy");
        assertThat(memory.backend().written()).isEqualTo(bytes("XY and more"));
    }

    @Test
    void aStageMaySpeakToTheClientBeforeItsRouteIsKnown() {
        session.start();
        Dialogue dialogue = new Dialogue((PeekStage) session.stage());
        session.enter(dialogue);

        client.says(bytes("STARTTLS\n"));
        session.ready(client, true, false);

        assertThat(client.written()).isEqualTo(bytes("220 go ahead\n"));
        assertThat(session.route()).isNull();
        client.says(bytes("XY"));
        session.ready(client, true, false);
        assertThat(session.route()).isEqualTo("xy");
        assertThat(memory.backend().written()).isEqualTo(bytes("XY"));
    }

    @Test
    void anEndEndsTheCurrentStageOnceAndFreesThePlaceFirst() {
        session.start();
        Dialogue dialogue = new Dialogue((PeekStage) session.stage());
        session.enter(dialogue);

        session.end(EndReason.CLOSED_BY_OPERATOR, true);
        session.end(EndReason.DONE, true);
        session.ready(client, true, false);

        assertThat(dialogue.ends).isOne();
        assertThat(client.ends).isOne();
        assertThat(sessions.live()).isZero();
        assertThat(sessions.ends()).containsEntry(EndReason.CLOSED_BY_OPERATOR, 1L);
        assertThat(sessions.admit(InetAddress.getLoopbackAddress(), ListenerGate.open()))
                .isInstanceOf(Permit.class);
    }

    /** Answers the client's first line and goes back to the peek. */
    private final class Dialogue implements Stage {
        private final PeekStage next;
        private int ends;

        Dialogue(PeekStage next) {
            this.next = next;
        }

        @Override
        public void ready(Side side, boolean readable, boolean writable) {
            ByteBuffer line = next.early().room();
            if (side.read(line) > 0) {
                side.write(memory.loop()
                        .loop()
                        .buffer()
                        .put(bytes("220 go ahead\n"))
                        .flip());
                session.enter(next);
            }
        }

        @Override
        public void resumed() {}

        @Override
        public void end() {
            ends++;
            next.end();
        }

        @Override
        public EarlyBytes early() {
            return next.early();
        }
    }

    private TcpSession session() {
        InetSocketAddress from = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        Permit permit = (Permit) sessions.admit(from.getAddress(), ListenerGate.open());
        return memory.admitted(memory.services(), client, from, permit);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
