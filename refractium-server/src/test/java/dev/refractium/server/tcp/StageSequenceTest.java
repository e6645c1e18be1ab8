package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Permit;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
            queue_timeout = "10s"
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
    void aSessionWaitsBetweenItsRouteAndItsDialWhileTheServerIsFull() {
        Pool pool = pool();
        pool.backends().get(0).source().limit(0);
        session.start();
        client.says(bytes("XY"));
        session.ready(client, true, false);
        assertThat(session.stage()).isInstanceOf(QueueStage.class);
        assertThat(session.route()).isEqualTo("xy");
        client.says(bytes(" and more"));
        session.ready(client, true, false);

        pool.backends().get(0).source().limit(1);
        memory.time().pass(Duration.ofMillis(1_050));
        awaitTurn(() -> session.stage() instanceof Relay);

        assertThat(memory.backend().written()).isEqualTo(bytes("XY and more"));
        assertThat(pool.queue().isEmpty()).isTrue();
        session.end(EndReason.DONE, false);
        assertThat(first(pool)).as("the place is free again").isNotNull();
    }

    @Test
    void aSessionThatEndsAfterItWasGivenAPlaceHandsThePlaceOn() {
        Pool pool = pool();
        pool.backends().get(0).source().limit(0);
        session.start();
        client.says(bytes("XY"));
        session.ready(client, true, false);

        pool.backends().get(0).source().limit(1);
        pool.queue().reloaded();
        assertThat(pool.queue().isEmpty()).as("it has the place").isTrue();
        assertThat(first(pool)).isNull();
        session.end(EndReason.CLOSED_BY_OPERATOR, true);
        memory.time().turn();

        assertThat(first(pool)).isNotNull();
        assertThat(memory.backend().written()).isEmpty();
        assertThat(sessions.ends()).containsEntry(EndReason.CLOSED_BY_OPERATOR, 1L);
    }

    @Test
    void aSessionStopsWaitingAfterItsTime() {
        pool().backends().get(0).source().limit(0);
        session.start();
        client.says(bytes("XY"));
        session.ready(client, true, false);

        memory.time().pass(Duration.ofMillis(10_050));
        awaitTurn(() -> sessions.live() == 0);

        assertThat(sessions.ends()).containsEntry(EndReason.QUEUE_TIMEOUT, 1L);
        assertThat(pool().queue().isEmpty()).isTrue();
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
        public String label() {
            return "dialogue";
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

    private static @Nullable Target first(Pool pool) {
        return pool.first(pool.key(new InetSocketAddress(9), Identification.noMatch()));
    }

    private Pool pool() {
        return memory.current().route(Transport.TCP, "xy").orElseThrow().pool();
    }

    private void awaitTurn(Callable<Boolean> condition) {
        await().pollInSameThread().until(() -> {
            memory.time().turn();
            return condition.call();
        });
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
