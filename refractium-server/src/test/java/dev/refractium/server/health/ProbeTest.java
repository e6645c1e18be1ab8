package dev.refractium.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Transport;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.socket.ScriptedSides;
import dev.refractium.server.upstream.Health;
import dev.refractium.server.upstream.HealthRules.Interval;
import dev.refractium.server.upstream.HealthRules.Probes;
import dev.refractium.server.upstream.HealthRules.Thresholds;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Target;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each outcome of a probe's connect does to its target; the outcomes are made up here. */
class ProbeTest {
    /** Of the system's own ports on every system. */
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);

    private static final Thresholds USUAL = new Thresholds(1, 2);

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
            StreamProbe probe = begun(Optional.empty());

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
        begun(Optional.empty());
    }

    private StreamProbe begun(Optional<Supplier<HealthCheck>> check) {
        Probes rules = new Probes(
                new Interval(Duration.ofSeconds(5), 0.1), Duration.ofSeconds(1), USUAL, OptionalInt.empty(), check);
        StreamProbe probe = new StreamProbe(
                Probe.of(target, rules), time.loop(), sockets, new ProbeReport(target, USUAL), () -> told.add("done"));
        probe.begin();
        return probe;
    }
}
