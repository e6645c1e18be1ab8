package dev.refractium.server.it.support;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** New clients at a steady rate, each of which checks the version that serves it. */
public final class Visitors {
    private final Site site;
    private final long gapNanos;
    private final Thread thread = new Thread(this::visit, "visitors");
    private final AtomicInteger came = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger misled = new AtomicInteger();

    /** The newest version that is served for certain, and the newest that may be. Written by the test. */
    private volatile int certain = 1;

    private volatile int possible = 1;
    private volatile boolean ended;

    public Visitors(Site site, int perSecond) {
        this.site = site;
        this.gapNanos = 1_000_000_000L / perSecond;
        thread.start();
    }

    /** From now on this version may be met. */
    public void mayMeet(int version) {
        possible = version;
    }

    /** From now on new clients meet this version and no other. */
    public void mustMeet(int version) {
        certain = version;
    }

    public int came() {
        return came.get();
    }

    public int refused() {
        return refused.get();
    }

    /** How many met a version that was not the current one. */
    public int misled() {
        return misled.get();
    }

    /** Sends no more. */
    public void end() throws InterruptedException {
        ended = true;
        thread.join();
    }

    private void visit() {
        long next = System.nanoTime();
        while (!ended) {
            next += gapNanos;
            LockSupport.parkNanos(next - System.nanoTime());
            came.incrementAndGet();
            int earliest = certain;
            try {
                String met = site.greeting();
                boolean right = false;
                for (int version = earliest; version <= possible; version++) {
                    right |= met.equals(Versions.value(version));
                }
                misled.addAndGet(right ? 0 : 1);
            } catch (IOException | RuntimeException e) {
                System.out.println("visitor refused: " + e);
                refused.incrementAndGet();
            }
        }
    }
}
