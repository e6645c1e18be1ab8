package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.upstream.HealthRules.Thresholds;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TargetTest {
    private static final Thresholds USUAL = new Thresholds(1, 2);
    private static final List<String> CLIENTS = List.of("192.0.2.1", "198.51.100.1", "203.0.113.1");

    private long now = 1;

    @Test
    void probesTakeATargetDownAndUpAsOftenAsTheThresholdsSay() throws Exception {
        Target target = of(Transport.TCP, "127.0.0.1");
        Thresholds thresholds = new Thresholds(2, 3);

        target.probed("test", thresholds);
        target.probed("test", thresholds);
        assertThat(target.health()).isEqualTo(Health.UNKNOWN);
        assertThat(target.isDoubtful()).isTrue();
        target.probed("test", thresholds);
        assertThat(target.health()).isEqualTo(Health.DOWN);
        assertThat(target.isProbedDown()).isTrue();

        target.probed(null, thresholds);
        target.probed("test", thresholds);
        target.probed(null, thresholds);
        assertThat(target.health()).isEqualTo(Health.DOWN);
        target.probed(null, thresholds);
        assertThat(target.health()).isEqualTo(Health.UP);
    }

    @Test
    void aSourceKnowsSinceWhenItIsUpOrDown() throws Exception {
        Target target = of(Transport.TCP, "127.0.0.1");
        Source source = target.source();
        assertThat(source.since()).isEmpty();

        target.succeeded();
        long reached = now;
        passed(1_000);
        target.succeeded();
        target.probed(null, USUAL);
        assertThat(source.since()).hasValue(reached);

        target.probed("test", USUAL);
        assertThat(source.since()).as("one failure").hasValue(reached);
        target.probed("test", USUAL);
        long down = now;
        passed(1_000);
        target.probed("test", USUAL);
        assertThat(source.since()).hasValue(down);

        target.probed(null, USUAL);
        assertThat(source.since()).hasValue(now);
    }

    @Test
    void aTargetThatProbesFoundDownStaysDownUntilOneSucceeds() throws Exception {
        Target target = of(Transport.TCP, "127.0.0.1");
        target.probed("test", USUAL);
        target.probed("test", USUAL);

        passed(3_600_000);
        target.succeeded();
        assertThat(target.health())
                .as("a session that connects shows less than a probe")
                .isEqualTo(Health.DOWN);

        target.unwatched();
        assertThat(target.isUsable()).isTrue();
    }

    @Test
    void failuresThatClientsOfThreeNetworksMeetMarkATarget() throws Exception {
        Target target = inAPoolOfTwo();
        for (int i = 0; i < 100; i++) {
            target.failed("test", client("192.0.2." + i));
            target.failed("test", client("2001:db8::" + i));
        }
        assertThat(target.isUsable())
                .as("one client reaches no mark, however often it fails")
                .isTrue();

        target.failed("test", client("198.51.100.1"));
        assertThat(target.health()).isEqualTo(Health.DOWN);
        assertThat(target.isProbedDown()).isFalse();
    }

    @Test
    void aSuccessBetweenFailuresForgetsThem() throws Exception {
        Target target = inAPoolOfTwo();
        target.failed("test", client("192.0.2.1"));
        target.failed("test", client("198.51.100.1"));
        target.succeeded();

        target.failed("test", client("203.0.113.1"));
        assertThat(target.isUsable()).isTrue();
    }

    @Test
    void failuresThatAreFarApartDoNotCountTogether() throws Exception {
        Target target = inAPoolOfTwo();
        target.failed("test", client("192.0.2.1"));
        target.failed("test", client("198.51.100.1"));
        passed(60_001);

        target.failed("test", client("203.0.113.1"));
        assertThat(target.isUsable()).isTrue();
    }

    @Test
    void eachMarkLastsTwiceAsLongAsTheOneBeforeUpToAMinute() throws Exception {
        Target target = inAPoolOfTwo();
        for (long ms : new long[] {5_000, 10_000, 20_000, 40_000, 60_000, 60_000}) {
            threeClientsFail(target);
            passed(ms - 1);
            assertThat(target.isUsable()).as("before " + ms).isFalse();
            passed(1);
            assertThat(target.isUsable()).as("after " + ms).isTrue();
        }
    }

    @Test
    void aProbeThatSucceedsLiftsAMark() throws Exception {
        Target target = inAPoolOfTwo();
        threeClientsFail(target);
        assertThat(target.isUsable()).isFalse();

        target.probed(null, USUAL);

        assertThat(target.health()).isEqualTo(Health.UP);
    }

    @Test
    void marksLeaveEachPoolHalfOfItsTargets() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5");
        source.judgeBy(HealthRules.PASSIVE, List.of(pool(source)));

        source.targets().forEach(TargetTest::threeClientsFail);

        assertThat(source.usable()).isEqualTo(3);
    }

    @Test
    void theLastUsableTargetOfAPoolIsNotMarked() throws Exception {
        Source alone = source(Transport.TCP, "127.0.0.1");
        Source both = source(Transport.TCP, "127.0.0.2", "127.0.0.3");
        alone.judgeBy(HealthRules.PASSIVE, List.of(pool(alone)));
        both.judgeBy(HealthRules.PASSIVE, List.of(pool(both)));
        both.targets().get(1).probed("test", new Thresholds(1, 1));

        threeClientsFail(alone.targets().get(0));
        threeClientsFail(both.targets().get(0));

        assertThat(alone.usable()).isOne();
        assertThat(both.usable()).isOne();
    }

    @Test
    void resetsBeforeTheFirstByteCountOnlyWhereTheRulesSaySo() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1", "127.0.0.2");
        Target target = source.targets().get(0);
        source.judgeBy(HealthRules.PASSIVE, List.of(pool(source)));
        threeClientsAreReset(target);
        assertThat(target.isUsable()).isTrue();
        assertThat(source.failures()).isZero();

        source.judgeBy(new HealthRules(Optional.empty(), true), List.of(pool(source)));
        threeClientsAreReset(target);
        assertThat(target.isUsable()).isFalse();
    }

    @Test
    void aFailureOfASessionAsksForAProbe() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1");
        AtomicInteger asked = new AtomicInteger();
        source.onSuspicion(asked::incrementAndGet);

        source.targets().get(0).failed("test", client("192.0.2.1"));

        assertThat(asked).hasValue(1);
    }

    @Test
    void healthOfASourceIsTheBestOfItsTargets() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1", "::1");
        source.targets().get(0).probed("test", USUAL);
        source.targets().get(0).probed("test", USUAL);

        assertThat(source.health()).isEqualTo(Health.UNKNOWN);
        source.targets().get(1).probed(null, USUAL);
        assertThat(source.health()).isEqualTo(Health.UP);
        assertThat(source.usable()).isOne();
        source.targets().get(1).probed("test", USUAL);
        source.targets().get(1).probed("test", USUAL);
        assertThat(source.health()).isEqualTo(Health.DOWN);
        assertThat(source.failures()).isEqualTo(4);
    }

    @Test
    void aTargetIsKeptWhileItsAddressIs() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1", "127.0.0.2");
        Target leaving = source.targets().get(0);
        Target staying = source.targets().get(1);

        source.resolved(PoolTest.addresses("127.0.0.3", "127.0.0.2", "127.0.0.3"));

        assertThat(source.targets()).hasSize(2).contains(staying).doesNotContain(leaving);
        assertThat(staying.isCurrent()).isTrue();
        assertThat(leaving.isCurrent()).isFalse();
    }

    @Test
    void aTargetWhoseAddressIsGoneDrainsAndReturnsWithItsSessions() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1", "127.0.0.2");
        source.namedBy(List.of("route"));
        Target leaving = source.targets().get(0);
        leaving.sessionBegan();
        leaving.sessionBegan();
        source.targets().get(1).sessionBegan();
        assertThat(leaving.isDraining()).isFalse();

        source.resolved(PoolTest.addresses("127.0.0.2"));
        source.resolved(PoolTest.addresses("127.0.0.2"));
        assertThat(leaving.isDraining()).isTrue();
        assertThat(source.sessions()).isEqualTo(3);
        assertThat(source.drainingSessions()).isEqualTo(2);

        leaving.sessionEnded();
        source.resolved(PoolTest.addresses("127.0.0.2", "127.0.0.1"));
        assertThat(source.targets()).hasSize(2).contains(leaving);
        assertThat(leaving.isDraining()).isFalse();
        assertThat(source.sessions()).isEqualTo(2);
        assertThat(source.drainingSessions()).isZero();
    }

    @Test
    void aTargetWithoutSessionsIsForgottenAfterItsAddressIsGone() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1", "127.0.0.2");
        source.namedBy(List.of("route"));
        Target leaving = source.targets().get(0);

        source.resolved(PoolTest.addresses("127.0.0.2"));
        leaving.sessionBegan();
        assertThat(source.drainingSessions()).as("picked just before").isOne();
        leaving.sessionEnded();
        source.resolved(PoolTest.addresses("127.0.0.2"));

        source.resolved(PoolTest.addresses("127.0.0.1"));
        assertThat(source.targets()).hasSize(1).doesNotContain(leaving);
    }

    @Test
    void allSessionsOfASourceThatNoRouteNamesAreDraining() throws Exception {
        Source source = source(Transport.UDP, "127.0.0.1");
        source.namedBy(List.of("route"));
        source.targets().get(0).sessionBegan();
        assertThat(source.drainingSessions()).isZero();

        source.namedBy(List.of());

        assertThat(source.targets().get(0).isDraining()).isTrue();
        assertThat(source.drainingSessions()).isOne();
    }

    @Test
    void anAddressOfAnotherInterfaceIsAnotherTarget() throws Exception {
        byte[] linkLocal = PoolTest.addresses("fe80::1").get(0).getAddress();
        Source source = new Source("fe80::1%some0", 80, Transport.TCP);
        source.resolved(List.of(Inet6Address.getByAddress(null, linkLocal, 3)));
        Target before = source.targets().get(0);

        source.resolved(List.of(Inet6Address.getByAddress(null, linkLocal, 4)));

        assertThat(source.targets()).hasSize(1).doesNotContain(before);
    }

    @Test
    void refusalsOfUdpMarkNothingUntilAProbeConfirmsThem() throws Exception {
        Target target = of(Transport.UDP, "127.0.0.1");

        assertThat(target.refused()).isFalse();
        assertThat(target.refused()).isFalse();
        assertThat(target.refused()).isTrue();
        assertThat(target.refused()).isFalse();
        assertThat(target.isUsable()).isTrue();

        target.refusalConfirmed("test");
        assertThat(target.health()).isEqualTo(Health.DOWN);

        target.refusalDismissed();
        assertThat(target.isUsable()).isTrue();
    }

    @Test
    void refusalsOfUdpCallForAProbeOnlyWithinASecond() throws Exception {
        Target target = of(Transport.UDP, "127.0.0.1");
        for (int i = 0; i < 10; i++) {
            assertThat(target.refused()).isFalse();
            passed(501);
        }

        passed(2_000);
        assertThat(target.refused()).isFalse();
        assertThat(target.refused()).isFalse();
        passed(1_000);
        assertThat(target.refused()).isTrue();
    }

    @Test
    void flowsWithoutAnAnswerMakeATargetSilentThatIsKnownToAnswer() throws Exception {
        Target target = of(Transport.UDP, "127.0.0.1");
        target.succeeded();
        threeUnanswered(target, false);
        assertThat(target.health()).isEqualTo(Health.UP);

        passed(5_000);
        threeUnanswered(target, false);
        assertThat(target.health()).isEqualTo(Health.SILENT);
        assertThat(target.isUsable()).isFalse();

        passed(5_000);
        assertThat(target.isUsable()).isTrue();
        target.unanswered(false);
        assertThat(target.isUsable()).isFalse();
        target.succeeded();
        assertThat(target.health()).isEqualTo(Health.UP);
    }

    @Test
    void aOneWayServiceIsNeverSilent() throws Exception {
        Target target = of(Transport.UDP, "127.0.0.1");

        threeUnanswered(target, false);
        assertThat(target.isUsable()).isTrue();

        threeUnanswered(target, true);
        assertThat(target.health()).isEqualTo(Health.SILENT);
    }

    @Test
    void goingDownAndComingBackAreLoggedOnce() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1", "::1");
        source.namedBy(List.of("https[sni=*.example.com]", "fallback"));
        Target target = source.targets().get(1);
        try (CapturedLog log = new CapturedLog()) {
            target.failed("timed out", client("192.0.2.1"));
            target.probed("Connection refused", USUAL);
            target.failed("Connection refused", client("192.0.2.1"));
            target.probed("Connection refused", USUAL);
            target.probed("Connection refused", USUAL);
            assertThat(log.lines("some.test"))
                    .containsExactly("WARN backend is down backend=some.test:80 address=[0:0:0:0:0:0:0:1]:80"
                            + " usable=\"1 of 2 addresses\" reason=\"Connection refused\""
                            + " routes=\"https[sni=*.example.com], fallback\"");

            target.probed(null, USUAL);
            target.succeeded();
            assertThat(log.lines("some.test")).hasSize(2);
            assertThat(log.lines("some.test").get(1))
                    .startsWith("INFO backend is up again backend=some.test:80 address=[0:0:0:0:0:0:0:1]:80"
                            + " usable=\"2 of 2 addresses\" routes=");
        }
    }

    @Test
    void aTargetThatComesAndGoesIsLoggedEachTime() throws Exception {
        Target target = of(Transport.UDP, "127.0.0.1");
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 3; i++) {
                target.refusalConfirmed("refused");
                target.refusalConfirmed("refused");
                target.refusalDismissed();
                target.refusalDismissed();
            }

            assertThat(log.lines("WARN backend is down backend=some.test:80 reason=\"refused\""))
                    .hasSize(3);
            assertThat(log.lines("INFO backend is up again backend=some.test:80 "))
                    .hasSize(3);
        }
    }

    @Test
    void aCheckThatThrowsIsLoggedOnceUntilAResultOrAnotherCheck() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1");
        Target target = source.targets().get(0);
        try (CapturedLog log = new CapturedLog()) {
            target.checkThrew(new IllegalStateException());
            target.checkThrew(new IllegalStateException());
            assertThat(log.lines("ERROR health check threw backend=some.test:80"))
                    .hasSize(1);

            target.probed("test", USUAL);
            target.checkThrew(new IllegalStateException());
            assertThat(log.lines("ERROR health check threw")).hasSize(2);

            source.judgeBy(new HealthRules(Optional.empty(), true), List.of());
            target.checkThrew(new IllegalStateException());
            target.checkThrew(new IllegalStateException());
            assertThat(log.lines("ERROR health check threw")).hasSize(3);
        }
    }

    private Target inAPoolOfTwo() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1", "127.0.0.2");
        source.judgeBy(HealthRules.PASSIVE, List.of(pool(source)));
        return source.targets().get(0);
    }

    private static Pool pool(Source source) {
        return new Pool("test", List.of(new Backend(source)), new BalanceRules(Policy.ROUND_ROBIN));
    }

    private static void threeClientsFail(Target target) {
        for (String client : CLIENTS) {
            target.failed("test", client(client));
        }
    }

    private static void threeClientsAreReset(Target target) {
        for (String client : CLIENTS) {
            target.resetEarly(client(client));
        }
    }

    private static InetSocketAddress client(String address) {
        return new InetSocketAddress(address, 40_000);
    }

    private static void threeUnanswered(Target target, boolean answeredElsewhere) {
        for (int i = 0; i < 3; i++) {
            target.unanswered(answeredElsewhere);
        }
    }

    private void passed(long ms) {
        now += TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private Target of(Transport transport, String address) throws Exception {
        return source(transport, address).targets().get(0);
    }

    private Source source(Transport transport, String... addresses) throws Exception {
        Source source = new Source("some.test", 80, transport, () -> now);
        source.resolved(PoolTest.addresses(addresses));
        return source;
    }
}
