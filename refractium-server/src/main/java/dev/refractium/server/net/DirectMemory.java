package dev.refractium.server.net;

import io.netty.util.internal.PlatformDependent;

/** How many event loops the memory beside the heap has room for. Any thread. */
public final class DirectMemory {
    /** The loop's buffer, and what the native library keeps for events. */
    public static final int PER_LOOP = Loop.BUFFER_SIZE + (64 << 10);

    /** What hooks, and files that are written, may need beside the loops. */
    private static final long OTHERS = 8 << 20;

    private DirectMemory() {}

    /** Bytes that the JVM allows: the maximum of the heap where no option says otherwise. */
    public static long most() {
        return PlatformDependent.estimateMaxDirectMemory();
    }

    /** How many loops fit, UDP's among them. */
    public static int fittingLoops() {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, (most() - OTHERS) / PER_LOOP));
    }
}
