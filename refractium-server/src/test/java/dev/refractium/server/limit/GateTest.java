package dev.refractium.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GateTest {
    private final AtomicLong now = new AtomicLong();

    private static Networks networks(String... prefixes) {
        return Networks.of(Arrays.stream(prefixes).map(Network::parse).toList());
    }

    private static InetAddress host(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Gate gate(Gate.Rules rules) {
        return new Gate(rules, now::get);
    }

    @Test
    void deniesBeforeItAllows() {
        Guard both = new Guard(Optional.of(networks("10.0.0.0/8", "::/0")), networks("10.0.0.7", "2001:db8::/32"));
        Guard denying = new Guard(Optional.empty(), networks("10.0.0.7"));
        Guard closed = new Guard(Optional.of(Networks.NONE), Networks.NONE);

        assertThat(both.admits(host("10.0.0.1"))).isTrue();
        assertThat(both.admits(host("10.0.0.7"))).isFalse();
        assertThat(both.admits(host("11.0.0.1"))).isFalse();
        assertThat(both.admits(host("2001:db9::1"))).isTrue();
        assertThat(both.admits(host("2001:db8::1"))).isFalse();
        assertThat(denying.admits(host("11.0.0.1"))).isTrue();
        assertThat(denying.admits(host("10.0.0.7"))).isFalse();
        assertThat(closed.admits(host("10.0.0.1"))).isFalse();
        assertThat(Guard.NONE.admits(host("10.0.0.1"))).isTrue();
    }

    @Test
    void clientThatIsRefusedTakesNoPlaceAndNoToken() {
        Gate gate =
                gate(new Gate.Rules(new Guard(Optional.empty(), networks("10.0.0.7")), 2, new Rate(3), new Rate(1)));

        assertThat(gate.enter(host("10.0.0.7"), Networks.NONE)).isEqualTo(Refusal.DENIED);
        assertThat(gate.enter(host("10.0.0.1"), Networks.NONE)).isNull();
        assertThat(gate.enter(host("10.0.0.1"), Networks.NONE)).isEqualTo(Refusal.OVER_RATE_PER_IP);
        assertThat(gate.enter(host("10.0.0.2"), Networks.NONE)).isNull();
        assertThat(gate.enter(host("10.0.0.3"), Networks.NONE)).isEqualTo(Refusal.OVER_MAX_CONNECTIONS);
        gate.leave();
        assertThat(gate.enter(host("10.0.0.3"), Networks.NONE)).isNull();
        gate.leave();
        assertThat(gate.enter(host("10.0.0.4"), Networks.NONE)).isEqualTo(Refusal.OVER_RATE);
        assertThat(gate.live()).isEqualTo(1);

        now.addAndGet(TimeUnit.SECONDS.toNanos(1));

        assertThat(gate.enter(host("10.0.0.1"), Networks.NONE)).isNull();
    }

    @Test
    void exemptClientsHaveNoRateOfTheirOwn() {
        Gate gate = gate(new Gate.Rules(Guard.NONE, 0, new Rate(3), new Rate(1)));
        Networks exempt = networks("10.0.0.0/8");

        assertThat(gate.enter(host("10.0.0.1"), exempt)).isNull();
        assertThat(gate.enter(host("10.0.0.1"), exempt)).isNull();
        assertThat(gate.enter(host("11.0.0.1"), exempt)).isNull();
        assertThat(gate.enter(host("10.0.0.1"), exempt)).isEqualTo(Refusal.OVER_RATE);
    }

    @Test
    void nextGateCountsTheSessionsOfThisOne() {
        Gate first = gate(Gate.Rules.NONE);
        assertThat(first.enter(host("10.0.0.1"), Networks.NONE)).isNull();
        Gate second = first.next(new Gate.Rules(Guard.NONE, 1, Rate.OFF, Rate.OFF));

        assertThat(second.enter(host("10.0.0.1"), Networks.NONE)).isEqualTo(Refusal.OVER_MAX_CONNECTIONS);
        first.leave();
        assertThat(second.enter(host("10.0.0.1"), Networks.NONE)).isNull();
    }

    @Test
    void gateWithoutRulesAllocatesNothing() {
        Gate gate = gate(Gate.Rules.NONE);
        InetAddress client = host("2001:db8::1");
        int times = 100_000;
        pass(gate, client, times);

        long before = allocated();
        pass(gate, client, times);
        long after = allocated();

        System.out.printf("gate without rules: %d passes allocated %d B%n", times, after - before);
        assertThat(after - before).isLessThan(1_000);
        assertThat(gate.live()).isZero();
    }

    private static void pass(Gate gate, InetAddress client, int times) {
        for (int i = 0; i < times; i++) {
            if (gate.enter(client, Networks.NONE) == null) {
                gate.leave();
            }
        }
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
