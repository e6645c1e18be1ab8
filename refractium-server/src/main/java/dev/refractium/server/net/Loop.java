package dev.refractium.server.net;

import dev.refractium.api.Units;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop, with what all of its sessions share: a large buffer and the timers. Both sides of a session live on
 * one loop, so that nothing here needs a lock. Loop thread only, except where a method says otherwise.
 */
public final class Loop {
    /**
     * Bulk gets cheaper the more moves at once: a mebibyte costs less than splicing, mostly because the peers are woken
     * less often (docs/adr/0005). An idle session holds none of it.
     */
    public static final int BUFFER_SIZE = 1 << 20;

    /** The time limit for closing a socket; a plugin can keep a loop busy for longer. */
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    private final IoEventLoop executor;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private final Timers timers;
    private final Heartbeat pulse;

    /** What {@code executor} runs, by which handles are registered without a future; null: by the executor. */
    private final @Nullable IoHandler handler;

    Loop(IoEventLoop executor, IoHandler handler) {
        this(executor, System::nanoTime, handler);
    }

    /** Creates a loop that reads {@code nanoClock}. */
    Loop(IoEventLoop executor, LongSupplier nanoClock) {
        this(executor, nanoClock, null);
    }

    private Loop(IoEventLoop executor, LongSupplier nanoClock, @Nullable IoHandler handler) {
        this.executor = executor;
        this.handler = handler;
        this.pulse = new Heartbeat(executor, nanoClock);
        this.timers = new Timers(nanoClock, (task, ms) -> executor.schedule(task, ms, TimeUnit.MILLISECONDS));
    }

    /** Returns the loop's buffer, cleared; its content is lost as soon as the caller returns to the loop. */
    public ByteBuffer buffer() {
        return buffer.clear();
    }

    /** Returns the loop's timers. */
    public Timers timers() {
        return timers;
    }

    /** Returns whether the loop does not respond now, because something blocks it. Any thread. */
    public boolean isStuck() {
        return pulse.isStuck();
    }

    Heartbeat pulse() {
        return pulse;
    }

    /** Returns whether the caller runs on the loop's thread. Any thread. */
    public boolean isCurrent() {
        return executor.inEventLoop();
    }

    /** Runs {@code task} on the loop: at once if the caller is on the loop, soon otherwise. Any thread. */
    public void execute(Runnable task) {
        if (executor.inEventLoop()) {
            task.run();
        } else {
            executor.execute(task);
        }
    }

    /** Runs {@code task} after the events that are ready now have been handled. */
    public void later(Runnable task) {
        executor.execute(task);
    }

    /** Runs {@code task} on the loop in {@code ms} milliseconds, unless the loop ends first. Any thread. */
    public void after(long ms, Runnable task) {
        try {
            executor.schedule(task, ms, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("the event loop has ended before a task was due");
        }
    }

    /** Runs {@code task} on the loop every {@code seconds} until the loop ends. Any thread. */
    public void every(long seconds, Runnable task) {
        executor.scheduleAtFixedRate(task, seconds, seconds, TimeUnit.SECONDS);
    }

    /**
     * Registers a handle, which is notified of its socket's events from now on. When the loop ends, it closes the handles
     * that are still registered; so it takes none from the moment on that it is asked to end.
     *
     * @throws IllegalStateException if the loop is ending
     */
    public IoRegistration register(IoHandle handle) {
        if (executor.isShuttingDown()) {
            throw new IllegalStateException("the event loop is ending and takes no more channels");
        }
        if (handler != null && executor.inEventLoop()) {
            try {
                return handler.register(handle);
            } catch (Exception e) {
                throw new IllegalStateException("the event loop takes no more channels", e);
            }
        }
        var future = executor.register(handle);
        if (!future.isSuccess()) {
            throw new IllegalStateException("the event loop takes no more channels", future.cause());
        }
        return future.getNow();
    }

    /**
     * Closes one or more handles on the loop and returns once their sockets are closed: the loop's selector holds them
     * open until it selects again. Any thread but the loop; a loop that has ended has closed its handles already.
     */
    public void close(AutoCloseable handle) {
        await(() -> closeNow(handle));
    }

    /** Returns once the loop has polled for events again, or after a second. Any thread but the loop. */
    public void awaitEvents() {
        await(() -> {});
    }

    private void await(Runnable first) {
        CountDownLatch done = new CountDownLatch(1);
        try {
            executor.execute(() -> {
                first.run();
                executor.schedule(done::countDown, 1, TimeUnit.MILLISECONDS);
            });
            if (!done.await(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("socket may still be open after {}: its event loop is busy", Units.format(CLOSE_WAIT));
            }
        } catch (RejectedExecutionException e) {
            log.debug("the event loop has ended, and its sockets with it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeNow(AutoCloseable handle) {
        try {
            handle.close();
        } catch (Exception e) {
            log.debug("closing {}", handle, e);
        }
    }
}
