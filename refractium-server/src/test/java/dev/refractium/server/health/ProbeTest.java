package dev.refractium.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.socket.ScriptedSides;
import dev.refractium.server.upstream.Health;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Target;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each outcome of a probe's connect does to its target; the outcomes are made up here. */
class ProbeTest {
    /** Of the system's own ports on every system. */
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);

    private final ManualLoop time = new ManualLoop();
    private final ScriptedSides sockets = new ScriptedSides();
    private final List<Object> told = new ArrayList<>();
    private final Source source = new Source("127.0.0.1", ADDRESS.getPort(), Transport.TCP);
    private Target target;

    @BeforeEach
    void resolve() {
        source.resolved(List.of(ADDRESS.getAddress()));
        target = source.targets().get(0);
    }

    @AfterEach
    void close() {
        time.close();
    }

    @Test
    void aProbeThatConnectsShowsThatTheTargetIsUp() {
        probe();

        assertThat(target.health()).isEqualTo(Health.UP);
        assertThat(sockets.sides.get(0).reset).isFalse();
        assertThat(told).containsExactly("done");
    }

    @Test
    void aProbeThatConnectsToItselfIsAFailure() {
        sockets.self = true;

        probe();
        probe();

        assertThat(target.health()).isEqualTo(Health.DOWN);
        assertThat(sockets.sides).allSatisfy(side -> assertThat(side.reset).isTrue());
        assertThat(told).containsExactly("done", "done");
    }

    @Test
    void aProbeWithoutAnswerIsAFailure() {
        sockets.later = true;
        for (int i = 0; i < 2; i++) {
            Probe probe = new Probe(target, time.loop(), sockets, () -> told.add("done"));
            probe.begin(1_000);

            probe.expired();
        }

        assertThat(target.health()).isEqualTo(Health.DOWN);
        assertThat(sockets.sides).allSatisfy(side -> assertThat(side.reset).isTrue());
        assertThat(told).containsExactly("done", "done");
    }

    @Test
    void aProbeThatFailsByOurOwnFaultShowsNothing() {
        for (Exception ours : List.of(new BindException(), new SocketException("what?"), new IllegalStateException())) {
            sockets.next(ours);
            probe();
        }

        assertThat(target.health()).isEqualTo(Health.UNKNOWN);
        assertThat(source.failures()).isZero();
        assertThat(told).containsExactly("done", "done", "done");
    }

    private void probe() {
        new Probe(target, time.loop(), sockets, () -> told.add("done")).begin(1_000);
    }
}
