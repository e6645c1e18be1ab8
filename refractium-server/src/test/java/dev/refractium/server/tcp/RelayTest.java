package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.Target;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both directions of a session, between sides without sockets. */
class RelayTest {
    private static final int BUDGET = 64 << 10;

    private final ManualLoop time = new ManualLoop();
    private final TcpLoop loop = new TcpLoop(time.loop(), Sockets.of(IoKind.NIO), () -> 1 << 20, () -> BUDGET);
    private final MemorySide client = new MemorySide();
    private final MemorySide backend = new MemorySide();
    private final Relay relay = relay(client, backend);

    @AfterEach
    void closeLoop() {
        time.close();
    }

    @Test
    void theFirstBytesAreWrittenAndBothSidesAreRead() {
        Side broken = relay.begin(ByteBuffer.wrap(new byte[10]), 4, false);

        assertThat(broken).isNull();
        assertThat(backend.written()).hasSize(6);
        assertThat(client.readInterest && backend.readInterest).isTrue();
        assertThat(client.writeInterest || backend.writeInterest).isFalse();
        assertThat(relay.fromClient() + relay.fromBackend()).isEqualTo(10);
    }

    @Test
    void aFinThatCameEarlyFollowsTheFirstBytes() {
        relay.begin(ByteBuffer.wrap(new byte[10]), 0, true);

        assertThat(backend.fins).isEqualTo(1);
        assertThat(client.readInterest).isFalse();
        assertThat(backend.readInterest).isTrue();
    }

    @Test
    void aSourceIsNotReadWhileItsSinkIsSlow() {
        backend.takes(3);

        relay.begin(ByteBuffer.wrap(new byte[10]), 0, false);

        assertThat(client.readInterest).isFalse();
        assertThat(backend.writeInterest).isTrue();
        backend.takes(100);
        relay.move(backend, false, true);
        assertThat(client.readInterest).isTrue();
        assertThat(backend.writeInterest).isFalse();
    }

    @Test
    void bothFinsEndIt() {
        relay.begin(ByteBuffer.allocate(0), 0, false);
        client.then(Side.END);
        backend.then(Side.END);

        relay.move(client, true, false);
        assertThat(relay.isDone()).isFalse();
        relay.move(backend, true, false);

        assertThat(relay.isDone()).isTrue();
    }

    /** The sides close next, which takes them off the loop. */
    @Test
    void secondFinSetsNoInterest() {
        relay.begin(ByteBuffer.allocate(0), 0, false);
        client.then(Side.END);
        backend.then(Side.END);
        relay.move(client, true, false);
        int before = client.interests + backend.interests;

        relay.move(backend, true, false);

        assertThat(client.interests + backend.interests).isEqualTo(before);
    }

    @Test
    void anAnswerInFrontOfAResetIsDelivered() {
        relay.begin(ByteBuffer.allocate(0), 0, false);
        backend.says(new byte[200_000]).then(Side.BROKEN).takes(Side.BROKEN);
        client.says(new byte[10]);

        Side broken = relay.move(client, true, false);

        assertThat(broken).isSameAs(backend);
        assertThat(client.written()).hasSize(200_000);
    }

    /** Linux tells of a reset once, and reads as an end from then on. */
    @Test
    void aResetIsNotPassedOnAsAFin() {
        relay.begin(ByteBuffer.allocate(0), 0, false);
        client.says(new byte[10]).breaksOnce().then(Side.END);

        relay.move(client, true, false);
        Side broken = relay.move(client, true, false);

        assertThat(broken).isSameAs(client);
        assertThat(backend.fins).isZero();
    }

    /** The same when it is a write that learns of the reset. */
    @Test
    void whatLiesInFrontOfAResetIsNotEndedByAFin() {
        relay.begin(ByteBuffer.allocate(0), 0, false);
        backend.says(new byte[10]).then(Side.END).takes(Side.BROKEN);
        client.says(new byte[10]);

        Side broken = relay.move(client, true, false);

        assertThat(broken).isSameAs(backend);
        assertThat(client.written()).hasSize(10);
        assertThat(client.fins).isZero();
    }

    @Test
    void whoCannotBeHeldForIsReadAsSoonAsItsSinkHasRoom() {
        fillMemory();
        relay.begin(ByteBuffer.allocate(0), 0, false);
        client.says(new byte[100]);

        relay.move(client, true, false);

        assertThat(client.unread()).isEqualTo(100);
        assertThat(client.readInterest).isFalse();
        assertThat(backend.writeInterest).isTrue();
        relay.move(backend, false, true);
        assertThat(backend.written()).hasSize(100);
        assertThat(client.readInterest).isTrue();
        assertThat(backend.writeInterest).isFalse();
    }

    /** Short sessions do without the system calls. */
    @Test
    void sidesNoticeVanishedPeersOnceTheSessionHasLivedForHalfAMinute() {
        Relay quiet = new Relay(
                new Relay.Sides(client, backend), new Owner(), new RelayLimits(1, 1_000, 1_000, 0, 0, 1), loop);
        quiet.begin(ByteBuffer.allocate(0), 0, false);

        expireAfter(quiet, Duration.ofSeconds(29));
        int before = client.keptAlive + backend.keptAlive;
        expireAfter(quiet, Duration.ofSeconds(2));
        int then = client.keptAlive + backend.keptAlive;
        expireAfter(quiet, Duration.ofHours(1));

        assertThat(before).isZero();
        assertThat(then).isEqualTo(2);
        assertThat(client.keptAlive).isEqualTo(1);
        assertThat(backend.keptAlive).isEqualTo(1);
    }

    @Test
    void whatItHoldsIsGivenBackAtItsEnd() {
        backend.takes(0);
        relay.begin(ByteBuffer.wrap(new byte[10_000]), 0, false);
        assertThat(loop.relayMemory().held()).isEqualTo(10_000);

        relay.end();

        assertThat(loop.relayMemory().held()).isZero();
    }

    private void expireAfter(Relay relay, Duration passed) {
        time.pass(passed);
        relay.expired();
    }

    /** Sessions whose clients do not read, until there is no memory for another one. */
    private List<Relay> fillMemory() {
        List<Relay> all = new ArrayList<>();
        for (int i = 0; i < 1_000 && loop.relayMemory().grant(1) > 0; i++) {
            MemorySide deaf = new MemorySide().takes(0);
            MemorySide busy = new MemorySide().says(new byte[1 << 20]);
            Relay stuck = relay(deaf, busy);
            all.add(stuck);
            stuck.begin(ByteBuffer.allocate(0), 0, false);
            stuck.move(busy, true, false);
            assertThat(loop.relayMemory().held()).isBetween(1L, (long) BUDGET);
        }
        assertThat(loop.relayMemory().grant(1)).isZero();
        assertThat(all).hasSizeGreaterThan(10);
        return all;
    }

    private Relay relay(MemorySide ofClient, MemorySide ofBackend) {
        return new Relay(new Relay.Sides(ofClient, ofBackend), new Owner(), new RelayLimits(1, 1, 1, 1, 0, 1), loop);
    }

    /** Does not move what the relay does not move by itself, and fails if a limit ends it. */
    private static final class Owner implements StageEvents {
        @Override
        public void ready(Side side, boolean readable, boolean writable) {}

        @Override
        public void end(EndReason why, boolean reset) {
            throw new AssertionError(why);
        }

        @Override
        public void decided(Decision decision) {
            throw new AssertionError("is connected");
        }

        @Override
        public void connected(Side side, Target target, int sent) {
            throw new AssertionError("is connected");
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
            throw new AssertionError("is connected");
        }
    }
}
