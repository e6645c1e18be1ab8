package dev.refractium.server.net;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An event loop that goes round when a test says so, and a clock that stands until then. The test's thread is its own. */
public final class ManualLoop implements AutoCloseable {
    private final ManualIoEventLoop executor = new ManualIoEventLoop(Thread.currentThread(), NioIoHandler.newFactory());
    private final Loop loop = new Loop(executor, this::nanos);
    private long nanos;

    public Loop loop() {
        return loop;
    }

    /** Lets time go by. */
    public void pass(Duration time) {
        nanos += time.toNanos();
    }

    /** Passes for a loop that does not answer. */
    public void stuck() {
        loop.pulse().stuck(true);
    }

    /** Does what was put off until others had been served. */
    public void turn() {
        executor.runNow();
    }

    @Override
    public void close() {
        executor.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        while (!executor.isTerminated()) {
            executor.runNow();
        }
    }

    private long nanos() {
        return nanos;
    }
}
