package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.limit.Gate;
import dev.refractium.server.limit.Guard;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.limit.Rate;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final int THREADS = 8;
    private static final ListenerGate OPEN = ListenerGate.open();

    @Test
    void grantsAsManyPlacesAsThereAre() {
        Admission admission = new Admission(2, 0);

        Permit first = (Permit) admission.admit(host(1), OPEN);
        assertThat(admission.admit(host(1), OPEN)).isInstanceOf(Permit.class);
        assertThat(admission.admit(host(2), OPEN)).isEqualTo(EndReason.OVER_MAX_CONNECTIONS);

        first.release();

        assertThat(admission.admit(host(2), OPEN)).isInstanceOf(Permit.class);
        assertThat(admission.live()).isEqualTo(2);
    }

    @Test
    void refusalOfAClientTakesNoPlace() {
        Admission admission = new Admission(2, 1);

        assertThat(admission.admit(host(1), OPEN)).isInstanceOf(Permit.class);
        assertThat(admission.admit(host(1), OPEN)).isEqualTo(EndReason.OVER_MAX_PER_IP);
        assertThat(admission.admit(host(2), OPEN)).isInstanceOf(Permit.class);

        assertThat(admission.live()).isEqualTo(2);
        assertThat(admission.clients()).isEqualTo(2);
    }

    @Test
    void clientThatTheGateRefusesTakesNoPlaceAndOneThatIsOverGivesTheGatesBack() {
        Admission admission = new Admission(9, 1);
        Gate own = new Gate(new Gate.Rules(Guard.NONE, 2, Rate.OFF, Rate.OFF));
        Networks exempt = Networks.of(List.of(Network.of(host(7))));
        ListenerGate gate = new ListenerGate(new Gate(Gate.Rules.NONE), own, exempt);

        Permit first = (Permit) admission.admit(host(1), gate);
        assertThat(admission.admit(host(1), gate)).isEqualTo(EndReason.OVER_MAX_PER_IP);
        assertThat(own.live()).isEqualTo(1);
        assertThat(admission.admit(host(7), gate)).isInstanceOf(Permit.class);
        assertThat(admission.admit(host(7), gate)).isEqualTo(EndReason.OVER_MAX_CONNECTIONS);
        assertThat(admission.live()).isEqualTo(2);

        first.release();

        assertThat(own.live()).isEqualTo(1);
        assertThat(admission.admit(host(7), gate)).isInstanceOf(Permit.class);
    }

    @Test
    void loweredLimitEndsNoSessionAndCountsLiveOnes() {
        Admission admission = new Admission(9, 0);
        assertThat(admission.admit(host(1), OPEN)).isInstanceOf(Permit.class);
        assertThat(admission.admit(host(1), OPEN)).isInstanceOf(Permit.class);

        admission.limit(9, 2);
        assertThat(admission.admit(host(1), OPEN)).isEqualTo(EndReason.OVER_MAX_PER_IP);
        assertThat(admission.admit(host(2), OPEN)).isInstanceOf(Permit.class);
        admission.limit(1, 0);
        assertThat(admission.admit(host(3), OPEN)).isEqualTo(EndReason.OVER_MAX_CONNECTIONS);

        assertThat(admission.live()).isEqualTo(3);
    }

    @Test
    void countsAreExactAfterAMillionOperationsOfEightThreads() throws Exception {
        int maxPerClient = 3;
        Admission admission = new Admission(20, maxPerClient);
        AtomicIntegerArray held = new AtomicIntegerArray(4);

        int over = 0;
        for (Future<Integer> result : inParallel(thread -> () -> churn(admission, maxPerClient, held, thread))) {
            over += result.get();
        }

        assertThat(over).isZero();
        assertThat(admission.live()).isZero();
        assertThat(admission.clients()).isZero();
        System.out.println("limit per client: 10^6 operations of 8 threads, over-admitted " + over
                + ", counter at the end " + admission.live());
    }

    @Test
    void tableHoldsNoMoreClientsThanThereArePlaces() {
        Admission admission = new Admission(100, 5);

        for (int source = 0; source < 1_000_000; source++) {
            InetAddress stranger = host(source);
            if (admission.admit(stranger, OPEN) instanceof Permit permit && source % 3 == 0) {
                permit.release();
            }
        }

        assertThat(admission.clients()).isEqualTo(100);
        System.out.println("table of clients: 10^6 sources, entries " + admission.clients() + " of 100");
    }

    /** Takes and gives places; returns how often a client held more than it may. */
    private static int churn(Admission admission, int maxPerClient, AtomicIntegerArray held, int thread) {
        SplittableRandom random = new SplittableRandom(thread);
        int over = 0;
        for (int i = 0; i < 1_000_000 / THREADS / 2; i++) {
            int client = random.nextInt(held.length());
            if (admission.admit(host(client), OPEN) instanceof Permit permit) {
                over += held.incrementAndGet(client) > maxPerClient ? 1 : 0;
                held.decrementAndGet(client);
                permit.release();
            }
        }
        return over;
    }

    private interface Task {
        Callable<Integer> of(int thread);
    }

    private static List<Future<Integer>> inParallel(Task task) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                tasks.add(task.of(i));
            }
            return executor.invokeAll(tasks);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void usersHaveNoLimitOfTheirOwn() {
        Admission admission = new Admission(3, 1);
        Permit first = (Permit) admission.admitUser(1000, OPEN);

        assertThat(admission.admitUser(1000, OPEN)).isInstanceOf(Permit.class);
        assertThat(admission.admitUser(1001, OPEN)).isInstanceOf(Permit.class);
        assertThat(admission.clients()).isEqualTo(2);
        assertThat(admission.admitUser(1000, OPEN)).isEqualTo(EndReason.OVER_MAX_CONNECTIONS);
        first.release();
        assertThat(admission.admitUser(1000, OPEN)).isInstanceOf(Permit.class);
    }

    private static InetAddress host(int number) {
        byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
