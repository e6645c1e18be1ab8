package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.server.generation.SessionLimits.PeekLimits;
import dev.refractium.server.net.DescriptorLimit;
import dev.refractium.server.net.ManualLoop;
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
import dev.refractium.server.socket.ScriptedSides.ScriptedSide;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.BalanceRules;
import dev.refractium.server.upstream.DialTimes;
import dev.refractium.server.upstream.HealthRules;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.PoolHandling;
import dev.refractium.server.upstream.SendProxy;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Target;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The addresses of one name, tried one beside the other. All connects are under way until the test says otherwise. */
class RaceTest {
    private static final Duration ALONE = Duration.ofMillis(250);
    private static final PeekLimits PEEK = new PeekLimits(4096, 1 << 20, 1_000, 500);

    private final ManualLoop time = new ManualLoop();
    private final ScriptedSides sockets = new ScriptedSides();
    private final TcpLoop loop = new TcpLoop(time.loop(), sockets, () -> 1 << 20, () -> 0);
    private final List<Object> told = new ArrayList<>();
    private final Source two = source("::1", "127.0.0.1");
    private DialTimes times = DialTimes.USUAL;
    private SourceRule from = SourceRule.ANY;

    RaceTest() {
        sockets.later = true;
    }

    @AfterEach
    void close() {
        time.close();
    }

    @Test
    void secondAddressIsTriedBesideTheFirstAfterAQuarterOfASecond() {
        Dial dial = dial(two);

        dial.begin();
        pass(Duration.ofMillis(200), 1);
        pass(Duration.ofMillis(50), 2);

        assertThat(addresses()).containsExactly("::1", "127.0.0.1");
        assertThat(sessions(two)).containsExactly(1, 1);
        dial.end();
    }

    @Test
    void firstThatConnectsWinsAndTheOtherIsEndedUnmarked() {
        Dial dial = dial(two);
        dial.begin();
        pass(ALONE, 2);

        dial.ready(side(1), false, true);

        assertThat(told).containsExactly(side(1), two.targets().get(1));
        assertThat(side(0).reset).isTrue();
        assertThat(side(1).reset).isFalse();
        assertThat(two.failures()).isZero();
        assertThat(sessions(two)).containsExactly(0, 1);
        assertThatNothingWaits();
    }

    @Test
    void firstMayWinLater() {
        Dial dial = dial(two);
        dial.begin();
        pass(ALONE, 2);

        dial.ready(side(0), false, true);

        assertThat(told).containsExactly(side(0), two.targets().get(0));
        assertThat(side(1).reset).isTrue();
        assertThat(sessions(two)).containsExactly(1, 0);
        assertThatNothingWaits();
    }

    @Test
    void onlyTheWinnerGetsTheBytesOfTheClient() {
        sockets.prompt.add(two.targets().get(1).internet().getAddress());
        Dial dial = dial(two);
        dial.begin();

        pass(ALONE, 2);

        assertThat(told).containsExactly(side(1), two.targets().get(1));
        assertThat(side(0).taken).isZero();
        assertThat(side(1).taken).isEqualTo(5);
        assertThat(side(0).reset).isTrue();
        assertThatNothingWaits();
    }

    @Test
    void nextSessionBeginsWithTheFamilyThatWorked() {
        Dial first = dial(two);
        first.begin();
        pass(ALONE, 2);
        first.ready(side(1), false, true);

        Dial second = dial(two);
        second.begin();
        second.end();

        assertThat(addresses()).containsExactly("::1", "127.0.0.1", "127.0.0.1");
    }

    @Test
    void familiesTakeTurns() {
        Dial dial = dial(source("::1", "::2", "127.0.0.1", "127.0.0.2"));
        dial.begin();

        for (int i = 2; i <= 4; i++) {
            pass(ALONE, i);
        }

        assertThat(addresses().stream().map(address -> address.contains(":")))
                .containsExactly(true, false, true, false);
        assertThat(addresses()).doesNotHaveDuplicates();
        dial.end();
        assertThatNothingWaits();
    }

    @Test
    void failureBeginsTheNextAttemptAtOnce() {
        Source three = source("::1", "127.0.0.1", "127.0.0.2");
        Dial dial = dial(three);
        dial.begin();
        pass(ALONE, 2);
        side(1).late = new ConnectException("refused");

        dial.ready(side(1), false, true);

        assertThat(sockets.sides).hasSize(3);
        assertThat(side(1).reset).isTrue();
        assertThat(three.failures()).isOne();
        assertThat(three.sessions()).isEqualTo(2);
        dial.ready(side(2), false, true);
        assertThat(told).startsWith(side(2));
        assertThatNothingWaits();
    }

    @Test
    void failureOfTheFirstLeavesTheOthersUnderWay() {
        Dial dial = dial(two);
        dial.begin();
        pass(ALONE, 2);
        side(0).late = new ConnectException("refused");

        dial.ready(side(0), false, true);
        assertThat(told).isEmpty();
        assertThat(sessions(two)).containsExactly(0, 1);

        dial.ready(side(1), false, true);
        assertThat(told).startsWith(side(1));
        assertThat(two.failures()).isOne();
        assertThatNothingWaits();
    }

    @Test
    void anotherBackendFollowsOnlyWhenAllAddressesHaveFailed() {
        Source other = source("127.0.0.9");
        Dial dial = dial(two, other);
        dial.begin();
        pass(ALONE, 2);
        pass(ALONE, 2);

        for (int i = 0; i < 2; i++) {
            side(i).late = new ConnectException("refused");
            dial.ready(side(i), false, true);
        }

        assertThat(addresses()).containsExactly("::1", "127.0.0.1", "127.0.0.9");
        assertThat(sessions(two)).containsExactly(0, 0);
        assertThat(other.sessions()).isOne();
        dial.end();
        assertThatNothingWaits();
    }

    @Test
    void clientThatLeavesEndsAllAttempts() {
        Dial dial = dial(two);
        dial.begin();
        pass(ALONE, 2);

        dial.end();

        assertThat(sockets.sides).allSatisfy(side -> assertThat(side.reset).isTrue());
        assertThat(two.failures()).isZero();
        assertThat(sessions(two)).containsExactly(0, 0);
        assertThatNothingWaits();
    }

    @Test
    void addressThatIsDownIsNoRivalOfOneThatIsNot() {
        two.targets().get(1).probed("test", new HealthRules.Thresholds(1, 1));
        Dial dial = dial(two);
        dial.begin();

        pass(ALONE, 1);

        dial.end();
    }

    @Test
    void addressThatTheSourceDoesNotReachIsNoRival() throws Exception {
        from = SourceRule.always(SourceAddress.ours(InetAddress.getByName("127.0.0.7")));
        Source three = source("127.0.0.1", "::1", "127.0.0.2");
        Dial dial = dial(three);
        dial.begin();

        pass(ALONE, 2);

        assertThat(addresses()).containsExactly("127.0.0.1", "127.0.0.2");
        assertThat(three.sessions()).isEqualTo(2);
        dial.end();
    }

    @Test
    void raceThatFindsNoRoomGoesOnWhenThereIsSome() {
        loop.racing(DescriptorLimit.RACING_PER_LOOP);
        Dial dial = dial(two);
        dial.begin();
        pass(ALONE, 1);

        loop.racing(-DescriptorLimit.RACING_PER_LOOP);
        pass(Duration.ofMillis(50), 2);

        dial.end();
        assertThatNothingWaits();
    }

    @Test
    void allAttemptsTogetherEndInTime() {
        times = DialTimes.of(Duration.ofSeconds(1), Duration.ofMillis(1_500));
        Source one = source("127.0.0.1");
        Source other = source("127.0.0.2");
        Source third = source("127.0.0.3");
        dial(one, other, third).begin();

        pass(Duration.ofSeconds(1), 2);
        pass(Duration.ofMillis(500), 2);

        assertThat(told).containsExactly(EndReason.NO_BACKEND);
        assertThat(one.failures()).isOne();
        assertThat(other.failures()).as("had half a second only").isZero();
        assertThat(List.of(one.sessions(), other.sessions(), third.sessions())).containsOnly(0);
        assertThatNothingWaits();
    }

    /** Lets time pass, and expects this number of attempts since the beginning. */
    private void pass(Duration duration, int attempts) {
        time.pass(duration);
        long turned = System.nanoTime() + Duration.ofMillis(60).toNanos();
        await().pollInSameThread().pollInterval(Duration.ofMillis(5)).until(() -> {
            time.turn();
            return System.nanoTime() > turned;
        });
        assertThat(sockets.sides).hasSize(attempts);
    }

    /** A loop in its place: no attempt counts as racing, and no timeout is set. */
    private void assertThatNothingWaits() {
        int ended = sockets.sides.size();
        pass(Duration.ofMinutes(1), ended);
        for (int i = 0; i < DescriptorLimit.RACING_PER_LOOP; i++) {
            assertThat(loop.hasRoomToRace()).isTrue();
            loop.racing(1);
        }
        assertThat(loop.hasRoomToRace()).isFalse();
    }

    private ScriptedSide side(int index) {
        return sockets.sides.get(index);
    }

    private List<String> addresses() {
        return sockets.sides.stream()
                .map(side -> side.target.getAddress().getHostAddress().replace("0:0:0:0:0:0:0:", "::"))
                .toList();
    }

    private static List<Integer> sessions(Source source) {
        return source.targets().stream().map(Target::sessions).toList();
    }

    private static Source source(String... addresses) {
        Source source = new Source(String.join(".", addresses) + ".test", 50_000, Transport.TCP);
        source.resolved(Stream.of(addresses)
                .map(address -> new InetSocketAddress(address, 0).getAddress())
                .toList());
        return source;
    }

    private Dial dial(Source... sources) {
        List<Backend> backends = Stream.of(sources).map(Backend::new).toList();
        Pool pool =
                new Pool("test", backends, new BalanceRules(Policy.FIRST), new PoolHandling(0, 0, false, true, times));
        Route route = new Route(
                "test", pool, false, from, DatagramRules.NONE, false, List.of(), RouteLimits.none(), SendProxy.NONE);
        Told session = new Told();
        EarlyBytes early = new EarlyBytes(new MemorySide(), loop, PEEK, session);
        early.append(ByteBuffer.wrap(new byte[5]));
        return new Dial(
                early,
                new Failover(
                        route,
                        new Acceptor.Arrival(new MemorySide(), new InetSocketAddress(9)),
                        Identification.noMatch()));
    }

    private final class Told implements StageEvents {
        @Override
        public void connected(Side backend, Target target, int sent) {
            told.add(backend);
            told.add(target);
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
        public void full(Failover failover) {
            throw new AssertionError("no target is full here");
        }

        @Override
        public void placed(Failover failover) {
            throw new AssertionError("nothing waits for a place here");
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
