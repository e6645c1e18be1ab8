package dev.refractium.server.hook;

import java.util.concurrent.CountDownLatch;

/** Where a hook's thread waits until a test lets it go. */
final class Gates {
    private Gates() {}

    /** Waits until the gate is open; an interrupt comes out as an exception. */
    static void pass(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while the hook blocked", e);
        }
    }
}
