package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.CapturedLog;
import java.net.Inet6Address;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TargetTest {
    private long now = 1;

    @Test
    void oneFailureDoesNotTakeATargetDownAndOneSuccessTakesItUp() throws Exception {
        Target target = of(Transport.TCP, "127.0.0.1");
        assertThat(target.health()).isEqualTo(Health.UNKNOWN);

        target.failed("test");
        assertThat(target.isUsable()).isTrue();

        target.failed("test");
        assertThat(target.health()).isEqualTo(Health.DOWN);

        target.succeeded();
        assertThat(target.health()).isEqualTo(Health.UP);
    }

    @Test
    void aTargetThatProbesWatchStaysDownUntilOneSucceeds() throws Exception {
        Target target = of(Transport.TCP, "127.0.0.1");
        target.probed("test");
        target.probed("test");

        passed(3_600_000);
        assertThat(target.health()).isEqualTo(Health.DOWN);

        target.unwatched();
        assertThat(target.isUsable()).isTrue();
    }

    @Test
    void aTargetThatNoProbeWatchesIsTriedAgainAfterFiveSeconds() throws Exception {
        Target target = of(Transport.TCP, "127.0.0.1");
        target.failed("test");
        target.failed("test");

        passed(4_999);
        assertThat(target.isUsable()).isFalse();
        passed(1);
        assertThat(target.isUsable()).isTrue();

        target.failed("test");
        assertThat(target.isUsable()).isFalse();
    }

    @Test
    void healthOfASourceIsTheBestOfItsTargets() throws Exception {
        Source source = source(Transport.TCP, "127.0.0.1", "::1");
        source.targets().get(0).probed("test");
        source.targets().get(0).probed("test");

        assertThat(source.health()).isEqualTo(Health.UNKNOWN);
        source.targets().get(1).probed(null);
        assertThat(source.health()).isEqualTo(Health.UP);
        assertThat(source.usable()).isOne();
        source.targets().get(1).probed("test");
        source.targets().get(1).probed("test");
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
        assertThat(target.health()).isEqualTo(Health.UP);
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
            target.failed("timed out");
            target.probed("Connection refused");
            target.failed("Connection refused");
            target.probed("Connection refused");
            assertThat(log.lines("some.test"))
                    .containsExactly("WARN backend is down backend=some.test:80 address=[0:0:0:0:0:0:0:1]:80"
                            + " usable=\"1 of 2 addresses\" reason=\"Connection refused\""
                            + " routes=\"https[sni=*.example.com], fallback\"");

            target.succeeded();
            target.probed(null);
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
