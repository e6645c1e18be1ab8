package dev.refractium.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A proxy in a process of its own, whose CPU time is measured. */
interface Measured extends AutoCloseable {
    /** Where it listens. */
    InetSocketAddress address();

    /** CPU time that it has used so far. */
    long cpuNanos() throws IOException;

    @Override
    void close();
}
