package dev.refractium.server.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The event loops of one server, whose threads run from the start. Any thread. */
public final class Loops implements AutoCloseable {
    /** How long a loop may take for what it was asked before it ends; a plugin can keep it from getting there. */
    private static final long ASKED_MS = 1_000;

    /** Of all loops. In no group of Netty's: a group's end runs on a thread that keeps the process for a second more. */
    private final List<IoEventLoop> executors = new ArrayList<>();

    private final IoKind io;
    private final List<Loop> tcp = new ArrayList<>();
    private final Loop udp;

    /** @param tcpLoops how many loops share the TCP sessions */
    public Loops(IoKind io, int tcpLoops) {
        this.io = io;
        LocalFailures.load();
        IoHandlerFactory handlers = io.handlers();
        try {
            ThreadFactory threads = new DefaultThreadFactory("refractium-loop", true);
            for (int i = 0; i < tcpLoops; i++) {
                tcp.add(loop(threads, handlers));
            }
            udp = loop(new DefaultThreadFactory("refractium-udp", true), handlers);
            // Netty starts a thread with its loop's first task: a session must not find that there is none to be had.
            all().forEach(loop -> loop.later(() -> {}));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private Loop loop(ThreadFactory threads, IoHandlerFactory handlers) {
        IoEventLoop executor = new SingleThreadIoEventLoop(null, threads, handlers);
        executors.add(executor);
        return new Loop(executor);
    }

    /** What they stand on. */
    public IoKind io() {
        return io;
    }

    /** The loops of TCP sessions, unmodifiable. */
    public List<Loop> tcp() {
        return List.copyOf(tcp);
    }

    /** All loops, unmodifiable. */
    public List<Loop> all() {
        List<Loop> all = new ArrayList<>(tcp);
        all.add(udp);
        return List.copyOf(all);
    }

    /** The loop of all UDP flows. */
    public Loop udp() {
        return udp;
    }

    /**
     * Ends the loops and waits for their threads, some seconds at most. What they were asked to do before is done first,
     * unless something keeps them: a loop that ends closes the sockets that are left by FIN, and a client would take what
     * it has of a session that was to be reset for the whole.
     */
    @Override
    public void close() {
        if (executors.stream().noneMatch(IoEventLoop::isShuttingDown)) {
            awaitAsked();
        }
        List<Future<?>> ends = executors.stream()
                .<Future<?>>map(executor -> executor.shutdownGracefully(0, 2, TimeUnit.SECONDS))
                .toList();
        ends.forEach(end -> end.awaitUninterruptibly(5, TimeUnit.SECONDS));
    }

    private void awaitAsked() {
        List<Future<?>> asked = executors.stream()
                .<Future<?>>map(executor -> executor.submit(() -> {}))
                .toList();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ASKED_MS);
        asked.forEach(task -> task.awaitUninterruptibly(until - System.nanoTime(), TimeUnit.NANOSECONDS));
    }
}
