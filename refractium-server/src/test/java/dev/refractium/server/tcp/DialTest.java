package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.net.Names;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.End;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.Health;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Target;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each outcome of a connect does to the session and to the target; the outcomes are made up here. */
class DialTest {
    /** Of the system's own ports on every system. */
    private static final int PORT = 50_000;

    private final ManualLoop time = new ManualLoop();
    private final ScriptedSockets sockets = new ScriptedSockets();
    private final TcpLoop loop = new TcpLoop(time.loop(), sockets, () -> 0, () -> 0);
    private final SessionLimits limits = limits();
    private final List<Object> told = new ArrayList<>();
    private final Backend one = backend("127.0.0.1");
    private final Backend other = backend("127.0.0.2");

    @AfterEach
    void close() {
        time.close();
    }

    @Test
    void aTargetThatRefusesIsMarkedAndTheNextIsTried() {
        sockets.next(new ConnectException(), null);

        dial(one, other).begin();

        assertThat(told).containsExactly(sockets.sides.get(1));
        assertThat(failures()).isOne();
    }

    @Test
    void aSessionWhoseTargetsAllRefuseHasNoBackend() {
        sockets.next(new ConnectException(), new NoRouteToHostException());

        dial(one, other).begin();

        assertThat(told).containsExactly(End.NO_BACKEND);
        assertThat(failures()).isEqualTo(2);
    }

    @Test
    void wantOfLocalPortsMarksNoTargetAndHasAnEndOfItsOwn() {
        sockets.next(new BindException(), new BindException());

        dial(one, other).begin();

        assertThat(told).containsExactly(End.NO_LOCAL_PORT);
        assertThat(failures()).isZero();
    }

    @Test
    void anUnknownFailureIsOursAndStillAnotherTargetIsTried() {
        sockets.next(new SocketException("what?"), null);

        dial(one, other).begin();

        assertThat(told).containsExactly(sockets.sides.get(1));
        assertThat(failures()).isZero();
    }

    @Test
    void aSessionThatATargetRefusedAndOthersWereNotTriedForIsNotWithoutBackend() {
        sockets.next(new SocketException("what?"), new ConnectException());

        dial(one, other).begin();

        assertThat(told).containsExactly(End.LOCAL_ERROR);
        assertThat(failures()).isOne();
    }

    @Test
    void withoutADescriptorNoOtherTargetIsTried() {
        sockets.unopened = new SocketException("Too many open files");

        dial(one, other).begin();

        assertThat(told).containsExactly(End.NO_DESCRIPTOR);
        assertThat(failures()).isZero();
    }

    @Test
    void aTargetOfAFamilyThatIsNotHereIsPassedOver() {
        sockets.unopened = new UnsupportedOperationException("no IPv6");

        dial(one).begin();

        assertThat(told).containsExactly(End.NO_BACKEND);
        assertThat(failures()).isOne();
    }

    @Test
    void aSideThatConnectsToItselfIsResetAndItsTargetMarked() {
        sockets.self = true;

        dial(one, other).begin();

        assertThat(told).containsExactly(End.NO_BACKEND);
        assertThat(sockets.sides)
                .hasSize(2)
                .allSatisfy(side -> assertThat(side.reset).isTrue());
        assertThat(failures()).isEqualTo(2);
    }

    @Test
    void aSideThatConnectsToItselfLaterIsResetToo() {
        sockets.self = true;
        sockets.later = true;
        Dial dial = dial(one);
        dial.begin();
        assertThat(told).isEmpty();

        dial.ready();

        assertThat(told).containsExactly(End.NO_BACKEND);
        assertThat(sockets.sides.get(0).reset).isTrue();
        assertThat(failures()).isOne();
    }

    @Test
    void aTargetThatDoesNotAnswerInTimeIsMarked() {
        sockets.later = true;
        Dial dial = dial(one);
        dial.begin();

        dial.expired();

        assertThat(told).containsExactly(End.NO_BACKEND);
        assertThat(failures()).isOne();
    }

    @Test
    void aProbeThatConnectsToItselfIsAFailure() {
        sockets.self = true;
        Target target = one.targets().get(0);

        probe(target);
        probe(target);

        assertThat(target.health()).isEqualTo(Health.DOWN);
        assertThat(sockets.sides).allSatisfy(side -> assertThat(side.reset).isTrue());
        assertThat(told).containsExactly("done", "done");
    }

    @Test
    void aProbeThatFailsByOurOwnFaultShowsNothing() {
        Target target = one.targets().get(0);

        for (Exception ours : List.of(new BindException(), new SocketException("what?"), new IllegalStateException())) {
            sockets.next(ours);
            probe(target);
        }

        assertThat(target.health()).isEqualTo(Health.UNKNOWN);
        assertThat(failures()).isZero();
        assertThat(told).containsExactly("done", "done", "done");
    }

    private void probe(Target target) {
        new Probe(target, loop, () -> told.add("done")).begin(1_000);
    }

    private Dial dial(Backend... backends) {
        Route route = new Route("test", new Pool(List.of(backends)), false, false);
        return new Dial(loop, limits, new Told(), route);
    }

    private long failures() {
        return one.failures() + other.failures();
    }

    private static Backend backend(String address) {
        Backend backend = new Backend(address, PORT, Transport.TCP);
        backend.resolved(List.of(new InetSocketAddress(address, PORT).getAddress()));
        return backend;
    }

    private static SessionLimits limits() {
        try (Names names = new Names()) {
            return new GenerationBuilder(
                            ConfigReader.parse("", "dial.toml", Path.of("/")).config(),
                            new Protocols(List.of(), List.of()),
                            new Backends(names, address -> false))
                    .build()
                    .generation()
                    .limits();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Told implements Dial.Caller {
        @Override
        public ByteBuffer first() {
            return ByteBuffer.allocate(0);
        }

        @Override
        public void connected(Side backend, int sent) {
            told.add(backend);
        }

        @Override
        public void failed(End why) {
            told.add(why);
        }

        @Override
        public void ready(Side side, boolean readable, boolean writable) {
            throw new AssertionError("no socket is ready here");
        }
    }

    /** Makes sides whose connects come out as the test says; otherwise they connect at once. */
    private static final class ScriptedSockets implements Sockets {
        private final List<@Nullable Exception> outcomes = new ArrayList<>();
        private final List<ScriptedSide> sides = new ArrayList<>();
        private @Nullable Exception unopened;
        private boolean self;
        private boolean later;

        void next(@Nullable Exception... outcomes) {
            for (Exception outcome : outcomes) {
                this.outcomes.add(outcome);
            }
        }

        @Override
        public Acceptor listen(InetSocketAddress address, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Side open(InetSocketAddress target) throws IOException {
            if (unopened instanceof IOException io) {
                throw io;
            }
            if (unopened instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            ScriptedSide side = new ScriptedSide(this, target);
            sides.add(side);
            return side;
        }
    }

    private static final class ScriptedSide extends Side {
        private final ScriptedSockets sockets;
        private final InetSocketAddress target;
        private boolean reset;

        ScriptedSide(ScriptedSockets sockets, InetSocketAddress target) {
            this.sockets = sockets;
            this.target = target;
        }

        @Override
        boolean dial(InetSocketAddress address, ByteBuffer first) throws IOException {
            Exception outcome = sockets.outcomes.isEmpty() ? null : sockets.outcomes.remove(0);
            if (outcome instanceof IOException io) {
                throw io;
            }
            if (outcome instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            return !sockets.later;
        }

        @Override
        InetSocketAddress local() {
            return sockets.self ? target : new InetSocketAddress(target.getAddress(), 40_000);
        }

        @Override
        boolean finishDial() {
            return true;
        }

        @Override
        void end(boolean reset) {
            this.reset = reset;
        }

        @Override
        void register(Loop loop, Owner owner) {}

        @Override
        void awaitDial() {}

        @Override
        int read(ByteBuffer buffer) {
            return 0;
        }

        @Override
        int write(ByteBuffer buffer) {
            return 0;
        }

        @Override
        void shutdownOutput() {}

        @Override
        void interest(boolean read, boolean write) {}
    }
}
