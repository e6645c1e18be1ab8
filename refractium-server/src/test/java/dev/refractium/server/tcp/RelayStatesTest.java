package dev.refractium.server.tcp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.hook.SessionFacts;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.upstream.Target;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every state of a relay: those of its two directions, with and without a hook that holds it and an idle limit. A side
 * that is not read has ended, waits for its turn, is held by a hook, or has a limit that ends the session.
 */
class RelayStatesTest {
    private static final int BUDGET = 64 << 10;
    private static final int LIMIT_MS = 1_000;
    private static final Duration BEYOND_ALL_LIMITS = Duration.ofMillis(10 * LIMIT_MS);

    private final ManualLoop time = new ManualLoop();
    private final LiveHook hook = LiveHook.start("test", new Watching(), LiveHook.MEMORY);

    @AfterEach
    void close() {
        hook.close(Duration.ZERO);
        time.close();
    }

    /** What one direction is at. */
    private enum Of {
        READING,
        /** It waits for its turn among those that move bulk. */
        TURN,
        /** The sink does not take what was read. */
        PENDING,
        /** The same, and the source's FIN is behind it. */
        PENDING_END,
        /** There is no memory to read with, and the sink has no room. */
        STARVED,
        /** The same, and the source has reset. */
        STARVED_RESET,
        /** Memory came back, and what was read with it is pending. */
        WOKEN,
        FINISHED
    }

    private enum Held {
        NEVER,
        NOW,
        BEFORE
    }

    @Test
    void aSideThatIsNotReadHasALimit() {
        List<Relayed> all = new ArrayList<>();
        for (Of up : Of.values()) {
            for (Of down : Of.values()) {
                // The memory is one for both.
                boolean impossible = (up == Of.WOKEN) != (down == Of.WOKEN) && (isStarved(up) || isStarved(down));
                for (Held held : Held.values()) {
                    for (int idleMs = 0; idleMs <= LIMIT_MS && !impossible; idleMs += LIMIT_MS) {
                        all.add(new Relayed(up, down, held, idleMs));
                    }
                }
            }
        }

        time.turn();
        time.pass(BEYOND_ALL_LIMITS);
        turnUntilTimersHaveFired();
        assertThat(all.stream().filter(relayed -> relayed.mustHaveEnded() != (relayed.end != null)))
                .as("by the end of all limits, while hooks hold")
                .isEmpty();
        all.forEach(Relayed::letGo);
        time.pass(BEYOND_ALL_LIMITS);
        turnUntilTimersHaveFired();

        assertThat(all).hasSizeGreaterThan(300);
        assertThat(all.stream().filter(relayed -> relayed.mustHaveEnded() != (relayed.end != null)))
                .as("by the end of all limits, once no hook holds")
                .isEmpty();
    }

    @Test
    void aDirectionThatFoundNoMemoryGoesOnWhenSomeIsGivenBack() {
        Relayed relayed = new Relayed(Of.READING, Of.STARVED, Held.NEVER, 0);
        relayed.client.takes(4);

        relayed.loop.relayMemory().give(BUDGET);
        time.turn();

        assertThat(relayed.client.written()).hasSize(4);
        assertThat(relayed.loop.relayMemory().held()).isEqualTo(6);
    }

    @Test
    void aSessionThatEndsNoLongerWaitsForMemory() {
        Relayed relayed = new Relayed(Of.READING, Of.STARVED, Held.NEVER, 0);
        relayed.end(EndReason.CUT, true);

        relayed.loop.relayMemory().give(BUDGET);
        time.turn();

        assertThat(relayed.backend.reads).isEmpty();
    }

    @Test
    void memoryThatComesBackGivesASinkThatTakesNothingNoMoreTime() {
        Relayed relayed = new Relayed(Of.READING, Of.STARVED, Held.NEVER, 0);
        time.pass(Duration.ofMillis(LIMIT_MS * 6 / 10));

        relayed.loop.relayMemory().give(BUDGET);
        time.turn();
        time.pass(Duration.ofMillis(LIMIT_MS * 6 / 10));
        turnUntilTimersHaveFired();

        assertThat(relayed.end).isEqualTo(EndReason.STALLED);
    }

    @Test
    void aSinkThatTookALittleWhenMemoryCameBackHasItsTimeAnew() {
        Relayed relayed = new Relayed(Of.READING, Of.STARVED, Held.NEVER, 0);
        time.pass(Duration.ofMillis(LIMIT_MS * 6 / 10));
        relayed.client.takes(4);

        relayed.loop.relayMemory().give(BUDGET);
        time.turn();
        time.pass(Duration.ofMillis(LIMIT_MS * 6 / 10));
        turnUntilTimersHaveFired();

        assertThat(relayed.end).isNull();
        time.pass(Duration.ofMillis(LIMIT_MS));
        turnUntilTimersHaveFired();
        assertThat(relayed.end).isEqualTo(EndReason.STALLED);
    }

    /** The sink had no chance to say that it has room. */
    @Test
    void theTimeThatAHookHeldItIsNotASinksWhereThereIsNoMemory() {
        Relayed relayed = new Relayed(Of.READING, Of.STARVED, Held.NOW, 0);
        time.pass(BEYOND_ALL_LIMITS);
        turnUntilTimersHaveFired();

        relayed.letGo();
        time.pass(Duration.ofMillis(LIMIT_MS * 6 / 10));
        turnUntilTimersHaveFired();

        assertThat(relayed.end).isNull();
    }

    private static boolean isStarved(Of state) {
        return state == Of.STARVED || state == Of.STARVED_RESET;
    }

    /** Timers look at the clock of the test, and are woken by that of the machine. */
    private void turnUntilTimersHaveFired() {
        Fired probe = new Fired();
        time.loop().timers().set(probe, 0);
        time.pass(Duration.ofMillis(100));
        await().pollInSameThread().until(() -> {
            time.turn();
            return probe.fired;
        });
        time.turn();
    }

    private static final class Fired extends Timers.Timeout {
        private boolean fired;

        @Override
        protected void expired() {
            fired = true;
        }

        @Override
        protected void failed() {
            throw new AssertionError("an expiry that sets a field does not fail");
        }
    }

    /** A relay in one of the states, and what became of it. */
    private final class Relayed implements StageEvents {
        private final Of up;
        private final Of down;
        private final Held held;
        private final int idleMs;
        private final TcpLoop loop = new TcpLoop(time.loop(), Sockets.of(IoKind.NIO), () -> 1 << 20, () -> BUDGET);
        private final MemorySide client = new MemorySide();
        private final MemorySide backend = new MemorySide();
        private final Relay relay;
        private final TcpTaps taps;
        private @Nullable EndReason end;

        Relayed(Of up, Of down, Held held, int idleMs) {
            this.up = up;
            this.down = down;
            this.held = held;
            this.idleMs = idleMs;
            this.relay = new Relay(
                    new Relay.Sides(client, backend), this, new RelayLimits(1, LIMIT_MS, LIMIT_MS, idleMs, 0, 1), loop);
            this.taps = requireNonNull(TcpTaps.open(List.of(hook), opening(), time.loop(), relay::resume));
            relay.watched(taps);
            begin();
            if (held != Held.NEVER) {
                taps.hold(1_000 * LIMIT_MS);
                ready(client, false, false);
            }
            if (held == Held.BEFORE) {
                taps.resume();
            }
        }

        private void begin() {
            boolean early = up == Of.PENDING_END;
            backend.takes(early ? 0 : Integer.MAX_VALUE);
            relay.begin(ByteBuffer.wrap(new byte[early ? 10 : 0]), 0, early);
            // What is pending was read before the memory was used up.
            drive(up, client, backend);
            drive(down, backend, client);
            if (isStarvedFirst(up) || isStarvedFirst(down)) {
                loop.relayMemory().take(BUDGET);
                starve(up, client, backend);
                starve(down, backend, client);
            }
            if (up == Of.WOKEN || down == Of.WOKEN) {
                loop.relayMemory().give(BUDGET);
            }
        }

        private void drive(Of state, MemorySide source, MemorySide sink) {
            switch (state) {
                case TURN -> {
                    source.says(new byte[4 << 20]);
                    ready(source, true, false);
                    ready(source, true, false);
                }
                case PENDING -> {
                    sink.takes(0);
                    source.says(new byte[10]);
                    ready(source, true, false);
                }
                case PENDING_END -> {
                    // The client's was there with its first bytes.
                    if (source == backend) {
                        sink.takes(0);
                        source.says(new byte[10]).then(Side.END);
                        ready(source, true, false);
                    }
                }
                case FINISHED -> {
                    source.then(Side.END);
                    ready(source, true, false);
                }
                case READING, STARVED, STARVED_RESET, WOKEN -> {}
            }
        }

        private void starve(Of state, MemorySide source, MemorySide sink) {
            if (isStarvedFirst(state)) {
                sink.takes(0);
                source.says(new byte[state == Of.STARVED_RESET ? 0 : 10])
                        .then(state == Of.STARVED_RESET ? Side.BROKEN : 0);
                ready(source, true, false);
                assertThat(source.reads).isEmpty();
            }
        }

        private static boolean isStarvedFirst(Of state) {
            return isStarved(state) || state == Of.WOKEN;
        }

        void letGo() {
            if (held == Held.NOW && end == null) {
                taps.resume();
            }
        }

        /** Whether a limit counts: a hook that holds stops all but that on what waits for a sink. */
        boolean mustHaveEnded() {
            if (relay.isDone()) {
                return true;
            }
            if (taps.isHeld()) {
                return isPending(up) || isPending(down);
            }
            return idleMs > 0 || !client.readInterest || !backend.readInterest;
        }

        private static boolean isPending(Of state) {
            return state == Of.PENDING || state == Of.PENDING_END;
        }

        private SessionFacts opening() {
            InetSocketAddress nowhere = new InetSocketAddress(0);
            return new SessionFacts(
                    "1",
                    new SessionFacts.Arrival(Transport.TCP, nowhere, nowhere, nowhere, "default", 1),
                    "",
                    Map.of(),
                    new SessionFacts.Destination("any", "any", "match", Optional::empty),
                    SessionFacts.Times.arrived(System.nanoTime()));
        }

        @Override
        public void ready(Side side, boolean readable, boolean writable) {
            if (end == null) {
                Side broken = relay.move(side, readable, writable);
                if (broken != null || relay.isDone()) {
                    end(broken == null ? EndReason.DONE : EndReason.CLIENT_RESET, true);
                }
            }
        }

        @Override
        public void end(EndReason why, boolean reset) {
            end = why;
            relay.end();
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

        @Override
        public String toString() {
            return "up=" + up + " down=" + down + " held=" + held + " idleMs=" + idleMs + " end=" + end;
        }
    }

    private static final class Watching implements Hook {
        @Override
        public String name() {
            return "watching";
        }

        @Override
        public @Nullable Tap open(Session session) {
            return null;
        }
    }
}
