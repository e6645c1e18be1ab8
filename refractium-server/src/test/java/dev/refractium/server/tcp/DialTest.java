package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.net.Peer;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.route.DatagramRules;
import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteLimits;
import dev.refractium.server.route.SourceRule;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Acceptor;
import dev.refractium.server.socket.ScriptedSides;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.BalanceRules;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.SendProxy;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Target;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each outcome of a connect does to the session and to the target; the outcomes are made up here. */
class DialTest {
    /** Of the system's own ports on every system. */
    private static final int PORT = 50_000;

    private final ManualLoop time = new ManualLoop();
    private final ScriptedSides sockets = new ScriptedSides();
    private final TcpLoop loop = new TcpLoop(time.loop(), sockets, () -> 0, () -> 0);
    private final SessionLimits limits = limits();
    private final List<Object> told = new ArrayList<>();
    private SourceRule from = SourceRule.ANY;
    private InetSocketAddress client = new InetSocketAddress(9);
    private final Source one = source("127.0.0.1");
    private final Source other = source("127.0.0.2");

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

        assertThat(told).containsExactly(EndReason.NO_BACKEND);
        assertThat(failures()).isEqualTo(2);
    }

    @Test
    void wantOfLocalPortsMarksNoTargetAndHasAnEndOfItsOwn() {
        sockets.next(new BindException(), new BindException());

        dial(one, other).begin();

        assertThat(told).containsExactly(EndReason.NO_LOCAL_PORT);
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

        assertThat(told).containsExactly(EndReason.LOCAL_ERROR);
        assertThat(failures()).isOne();
    }

    @Test
    void withoutADescriptorNoOtherTargetIsTried() {
        sockets.unopened = new SocketException("Too many open files");

        dial(one, other).begin();

        assertThat(told).containsExactly(EndReason.NO_DESCRIPTOR);
        assertThat(failures()).isZero();
    }

    @Test
    void aTargetOfAFamilyThatIsNotHereIsPassedOver() {
        sockets.unopened = new UnsupportedOperationException("no IPv6");

        dial(one).begin();

        assertThat(told).containsExactly(EndReason.NO_BACKEND);
        assertThat(failures()).isOne();
    }

    @Test
    void aSideThatConnectsToItselfIsResetAndItsTargetMarked() {
        sockets.self = true;

        dial(one, other).begin();

        assertThat(told).containsExactly(EndReason.NO_BACKEND);
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

        dial.ready(sockets.sides.get(0), false, true);

        assertThat(told).containsExactly(EndReason.NO_BACKEND);
        assertThat(sockets.sides.get(0).reset).isTrue();
        assertThat(failures()).isOne();
    }

    @Test
    void aTargetThatDoesNotAnswerInTimeIsMarked() {
        sockets.later = true;
        Dial dial = dial(one);
        dial.begin();

        ScriptedSides.expire(dial);

        assertThat(told).containsExactly(EndReason.NO_BACKEND);
        assertThat(failures()).isOne();
    }

    @Test
    void aSessionCountsOnTheTargetThatIsTriedAndOnThatAlone() {
        sockets.later = true;
        Dial dial = dial(one, other);

        dial.begin();
        assertThat(sessions()).containsExactly(1, 0);

        ScriptedSides.expire(dial);
        assertThat(sessions()).containsExactly(0, 1);

        ScriptedSides.expire(dial);
        assertThat(sessions()).containsExactly(0, 0);
        dial.end();
        assertThat(sessions()).containsExactly(0, 0);
    }

    @Test
    void aSessionThatEndsWhileItsTargetIsDialledCountsNoMore() {
        sockets.later = true;
        Dial dial = dial(one);
        dial.begin();

        dial.end();

        assertThat(sessions()).containsExactly(0, 0);
    }

    @Test
    void aConnectedSessionCountsOnItsTargetBeyondTheDial() {
        sockets.next(new ConnectException(), null);
        Dial dial = dial(one, other);

        dial.begin();
        dial.end();

        assertThat(sessions()).containsExactly(0, 1);
    }

    @Test
    void logHasTheTimeoutWithItsUnit() {
        sockets.later = true;
        try (CapturedLog log = new CapturedLog()) {
            for (String network : List.of("10.0.1.1", "10.0.2.1", "10.0.3.1")) {
                client = new InetSocketAddress(network, 9);
                Dial dial = dial(one);
                dial.begin();
                ScriptedSides.expire(dial);
            }

            assertThat(log.lines("reason=\"no answer in 3s, for clients of 3 networks"))
                    .hasSize(1);
        }
    }

    @Test
    void targetOfAnotherFamilyThanTheSourceIsNotTried() throws Exception {
        Source six = source("::1");
        from = SourceRule.always(SourceAddress.ours(InetAddress.getByName("127.0.0.7")));

        dial(six, one).begin();
        dial(six, one).begin();

        assertThat(told).containsExactlyElementsOf(sockets.sides);
        assertThat(told).hasSize(2);
        assertThat(one.sessions()).isEqualTo(2);
        assertThat(six.failures()).isZero();
    }

    @Test
    void sessionEndsForItsSourceIfNoTargetIsOfThatFamily() throws Exception {
        Source six = source("::1");
        from = SourceRule.always(SourceAddress.ours(InetAddress.getByName("127.0.0.7")));

        dial(six).begin();

        assertThat(told).containsExactly(EndReason.SOURCE_REFUSED);
        assertThat(six.sessions()).isZero();
    }

    @Test
    void sessionWithoutASourceDialsNothing() {
        from = SourceRule.client(Optional.empty(), address -> true);

        dial(one, other).begin();

        assertThat(told).containsExactly(EndReason.SOURCE_REFUSED);
        assertThat(sessions()).containsExactly(0, 0);
        assertThat(sockets.sides).isEmpty();
    }

    @Test
    void backendsThatAreDownAreNotBlamedOnTheSource() throws Exception {
        Source six = source("::1");
        from = SourceRule.always(SourceAddress.ours(InetAddress.getByName("127.0.0.7")));
        sockets.next(new ConnectException("refused"));

        dial(six, one).begin();

        assertThat(told).containsExactly(EndReason.NO_BACKEND);
    }

    @Test
    void aServerWithoutAPlaceIsNotDialled() {
        sockets.later = true;
        one.limit(0);
        other.limit(1);
        Dial first = dial(one, other);
        first.begin();
        assertThat(sessions()).containsExactly(0, 1);

        dial(one, other).begin();
        assertThat(told).containsExactly(EndReason.BACKENDS_FULL);

        first.end();
        dial(one, other).begin();
        assertThat(sessions()).containsExactly(0, 1);
        assertThat(sockets.sides).hasSize(2);
    }

    @Test
    void anAttemptThatFailsGivesItsPlaceBack() {
        one.limit(1);
        sockets.next(new ConnectException("refused"));

        dial(one).begin();

        assertThat(told).containsExactly(EndReason.NO_BACKEND);
        assertThat(one.targets().get(0).sessionBegan()).isTrue();
    }

    private Dial dial(Source... sources) {
        List<Backend> backends = Stream.of(sources).map(Backend::new).toList();
        Pool pool = new Pool("test", backends, new BalanceRules(Policy.ROUND_ROBIN));
        Route route = new Route(
                "test", pool, false, from, DatagramRules.NONE, false, List.of(), RouteLimits.none(), SendProxy.NONE);
        Told session = new Told();
        Peer peer = new Acceptor.Arrival(new MemorySide(), client);
        EarlyBytes early = new EarlyBytes(new MemorySide(), loop, limits.peek(), session);
        return new Dial(early, new Failover(route, peer, Identification.noMatch()));
    }

    private List<Integer> sessions() {
        return List.of(one.sessions(), other.sessions());
    }

    private long failures() {
        return one.failures() + other.failures();
    }

    private static Source source(String address) {
        Source source = new Source(address, PORT, Transport.TCP);
        source.resolved(List.of(new InetSocketAddress(address, PORT).getAddress()));
        return source;
    }

    private static SessionLimits limits() {
        try (NameResolver names = new NameResolver()) {
            return MemorySessions.generation("", names).limits();
        }
    }

    private final class Told implements StageEvents {
        @Override
        public void connected(Side backend, Target target, int sent) {
            told.add(backend);
        }

        @Override
        public void full(Failover failover) {
            told.add(failover.end());
        }

        @Override
        public void placed(Failover failover) {
            throw new AssertionError();
        }

        @Override
        public void unreachable(Route route, EndReason why) {
            told.add(why);
        }

        @Override
        public void end(EndReason why, boolean reset) {
            told.add(why);
        }

        @Override
        public void decided(Decision decision) {
            throw new AssertionError("the route is known here");
        }

        @Override
        public void ready(Side side, boolean readable, boolean writable) {
            throw new AssertionError("no socket is ready here");
        }
    }
}
