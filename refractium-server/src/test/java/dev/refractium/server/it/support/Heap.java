package dev.refractium.server.it.support;

/** The heap of this JVM. */
public final class Heap {
    private Heap() {}

    /** Returns how many bytes are used after collections: the least of several, since other threads allocate meanwhile. */
    public static long used() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(
                    used,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }
}
