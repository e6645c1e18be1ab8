package dev.refractium.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateTableTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int SOURCES = 1_000_000;
    private static final int THREADS = 8;

    /** A time as the JVM has it, which may be anything. */
    private static final long START = Long.MAX_VALUE - 5;

    private final RateTable table = new RateTable();

    private static ClientKey client(int number) {
        return new ClientKey(false, number);
    }

    private int taken(int client, Rate rate, int times, long now) {
        int taken = 0;
        for (int i = 0; i < times; i++) {
            taken += table.take(client(client), rate, now) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void bucketHoldsOneSecondsWorthAndFillsSteadily() {
        Rate ten = new Rate(10);

        assertThat(taken(1, ten, 50, START)).isEqualTo(10);
        assertThat(taken(1, ten, 50, START + SECOND / 10 - 1)).isZero();
        assertThat(taken(1, ten, 50, START + SECOND / 10)).isEqualTo(1);
        assertThat(taken(1, ten, 50, START + SECOND / 2)).isEqualTo(4);
        assertThat(taken(1, ten, 50, START + 60 * SECOND)).isEqualTo(10);
        assertThat(taken(2, ten, 50, START)).isEqualTo(10);
    }

    @Test
    void slowestRateTakesOneASecond() {
        Rate one = new Rate(1);

        assertThat(taken(1, one, 5, START)).isEqualTo(1);
        assertThat(taken(1, one, 5, START + SECOND - 1)).isZero();
        assertThat(taken(1, one, 5, START + SECOND)).isEqualTo(1);
    }

    @Test
    void changedRateAppliesToTheBucketsThatAreThere() {
        assertThat(taken(1, new Rate(2), 9, START)).isEqualTo(2);

        assertThat(taken(1, new Rate(100), 200, START)).isZero();
        assertThat(taken(1, new Rate(100), 200, START + SECOND / 2)).isEqualTo(50);
    }

    @Test
    void clientsThatAreOverKeepTheirBucketWhileFullOnesGo() {
        Rate rate = new Rate(10);
        assertThat(taken(-1, rate, 20, START)).isEqualTo(10);

        // Each of these has a full bucket again when the next 20,000 come; that of -1 has not.
        for (int i = 0; i < SOURCES; i++) {
            table.take(client(i), rate, START + i * (SECOND / 200_000));
            if (i % 1_000 == 0) {
                taken(-1, rate, 20, START + i * (SECOND / 200_000));
            }
        }

        long end = START + 5 * SECOND;
        assertThat(taken(-1, rate, 20, end)).isLessThanOrEqualTo(1);
        assertThat(table.size()).isLessThanOrEqualTo(RateTable.MOST);
    }

    @Test
    void millionSourcesStayWithinTheBound() throws Exception {
        Rate rate = new Rate(2);
        long before = used();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<Integer>> most = new ArrayList<>();
        long began = System.nanoTime();
        try {
            for (int thread = 0; thread < THREADS; thread++) {
                most.add(threads.submit(flood(thread, rate)));
            }
            int largest = 0;
            for (Future<Integer> one : most) {
                largest = Math.max(largest, one.get());
            }
            long each = (System.nanoTime() - began) / SOURCES;
            long bytes = used() - before;

            System.out.printf(
                    "rate table: %,d sources from %d threads, %,d entries at most of %,d, %,d KiB, %d ns a source%n",
                    SOURCES, THREADS, largest, RateTable.MOST, bytes >> 10, each);
            assertThat(largest).isLessThanOrEqualTo(RateTable.MOST);
            assertThat(table.size()).isLessThanOrEqualTo(RateTable.MOST);
            assertThat(bytes).isLessThan(16 << 20);
        } finally {
            threads.shutdownNow();
        }
    }

    /** No bucket is full again while they come: the worst case, in which buckets that are in use go. */
    private Callable<Integer> flood(int thread, Rate rate) {
        return () -> {
            int most = 0;
            for (int i = thread; i < SOURCES; i += THREADS) {
                assertThat(table.take(client(i), rate, START)).isTrue();
                most = i % 1_000 == thread ? Math.max(most, table.size()) : most;
            }
            return most;
        };
    }

    @Test
    void concurrentClientsOfOneBucketGetWhatItHoldsAndNoMore() throws Exception {
        Rate rate = new Rate(1_000);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Integer>> taken = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                taken.add(threads.submit(() -> taken(1, rate, 10_000, START)));
            }
            int sum = 0;
            for (Future<Integer> one : taken) {
                sum += one.get();
            }

            assertThat(sum).isEqualTo(1_000);
        } finally {
            threads.shutdownNow();
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
