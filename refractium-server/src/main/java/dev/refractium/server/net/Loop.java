package dev.refractium.server.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * One event loop, with what all of its sessions share: a large buffer and the timers. Both sides of a session live on
 * one loop, so that nothing here needs a lock. Loop thread only, but for {@link #execute}.
 */
public final class Loop {
    /** Bulk pays by the size of the copies: 256 KiB costs what splicing costs, and an idle session holds none of it. */
    private static final int BUFFER_SIZE = 256 << 10;

    private final IoEventLoop executor;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private final Timers timers;

    Loop(IoEventLoop executor) {
        this.executor = executor;
        this.timers = new Timers(System::nanoTime, (task, ms) -> executor.schedule(task, ms, TimeUnit.MILLISECONDS));
    }

    /** The loop's buffer, cleared; its content is lost as soon as the caller returns to the loop. */
    public ByteBuffer buffer() {
        return buffer.clear();
    }

    /** The loop's timers. */
    public Timers timers() {
        return timers;
    }

    /** Whether the caller is the loop's thread. */
    public boolean isCurrent() {
        return executor.inEventLoop();
    }

    /** Runs {@code task} on the loop: at once where the caller is the loop, soon elsewhere. Any thread. */
    public void execute(Runnable task) {
        if (executor.inEventLoop()) {
            task.run();
        } else {
            executor.execute(task);
        }
    }

    /**
     * Registers a handle, which is told of its channel's events from now on. The loop closes handles that are still
     * registered when it ends.
     *
     * @throws IllegalStateException if the loop is ending
     */
    public IoRegistration register(IoHandle handle) {
        var future = executor.register(handle);
        if (!future.isSuccess()) {
            throw new IllegalStateException("the event loop takes no more channels", future.cause());
        }
        return future.getNow();
    }
}
