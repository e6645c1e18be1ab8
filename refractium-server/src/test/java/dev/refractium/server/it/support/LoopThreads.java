package dev.refractium.server.it.support;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/** The threads that relay in this process, apart from the compiler, the collector and the tests' own. */
public final class LoopThreads {
    private static final String TCP = "refractium-loop";
    private static final String UDP = "refractium-udp";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private LoopThreads() {}

    /** The share of one core that those of TCP took together over {@code window}. */
    public static double cpuShareDuring(Duration window) throws InterruptedException {
        long before = cpuNanos();
        long start = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(window.toNanos()); // the length of a measurement, not a wait for a condition
        return (double) (cpuNanos() - before) / (System.nanoTime() - start);
    }

    /** CPU time that those of TCP have taken since they began. */
    public static long cpuNanos() {
        return sum(TCP, THREADS::getThreadCpuTime);
    }

    /** Bytes that those of TCP have allocated since they began. */
    public static long allocated() {
        return sum(TCP, THREADS::getThreadAllocatedBytes);
    }

    /** Bytes a second that those of TCP allocate while no session moves anything, for their timers. */
    public static double allocatedPerSecondAtRest() throws InterruptedException {
        long before = allocated();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(2); // the length of a measurement, not a wait for a condition
        return (allocated() - before) / seconds(start);
    }

    /** Seconds since a time of the monotonic clock. */
    public static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** Bytes that those of UDP have allocated since they began. */
    public static long allocatedByUdp() {
        return sum(UDP, THREADS::getThreadAllocatedBytes);
    }

    /** Returns the share of one core that idle loops use, if they come to rest within some seconds. */
    public static double cpuShareAtRest() throws InterruptedException {
        double share = 1;
        for (int window = 0; window < 25 && share > 0.02; window++) {
            share = cpuShareDuring(Duration.ofMillis(150));
        }
        return share;
    }

    private static long sum(String name, LongUnaryOperator ofThread) {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().startsWith(name))
                .mapToLong(info -> Math.max(0, ofThread.applyAsLong(info.getThreadId())))
                .sum();
    }
}
