package dev.refractium.server.net;

import io.netty.util.internal.PlatformDependent;

/** The direct memory, and how many event loops it has room for. Any thread. */
public final class DirectMemory {
    /** The bytes of a loop: its buffer, and the native library's events. */
    public static final int PER_LOOP = Loop.BUFFER_SIZE + (64 << 10);

    /** The bytes that hooks and written files may need beside the loops. */
    private static final long OTHERS = 8 << 20;

    private DirectMemory() {}

    /** Returns the bytes that the JVM allows: the maximum of the heap, unless an option says otherwise. */
    public static long most() {
        return PlatformDependent.estimateMaxDirectMemory();
    }

    /** Returns how many loops fit, including UDP's. */
    public static int fittingLoops() {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, (most() - OTHERS) / PER_LOOP));
    }
}
