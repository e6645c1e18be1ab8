package dev.refractium.server.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
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
    /** How long a loop may take for the tasks that were submitted before it ends; a plugin can block it for longer. */
    private static final long ASKED_MS = 1_000;

    /** Of all loops. In no group of Netty's: a group's end runs on a thread that keeps the process for a second more. */
    private final List<IoEventLoop> executors = new ArrayList<>();

    private final IoKind io;
    private final List<Loop> tcp = new ArrayList<>();
    private final Loop udp;

    /** @param tcpLoops how many loops share the TCP sessions */
    public Loops(IoKind io, int tcpLoops) {
        this(io, tcpLoops, "refractium-udp");
    }

    private Loops(IoKind io, int tcpLoops, String udpThread) {
        this.io = io;
        LocalFailures.load();
        IoHandlerFactory handlers = ClosingHandler.factory(io.handlers());
        try {
            ThreadFactory threads = new DefaultThreadFactory("refractium-loop", true);
            for (int i = 0; i < tcpLoops; i++) {
                tcp.add(loop(threads, handlers));
            }
            udp = loop(new DefaultThreadFactory(udpThread, true), handlers);
            // Netty starts a thread with its loop's first task: a session must not be the first to
            // find that none can start.
            all().forEach(loop -> loop.later(() -> {}));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Returns a loop for UDP alone, whose thread has this name. */
    public static Loops ofUdp(IoKind io, String thread) {
        return new Loops(io, 0, thread);
    }

    private Loop loop(ThreadFactory threads, IoHandlerFactory handlers) {
        IoHandler[] handler = new IoHandler[1];
        IoEventLoop executor = new SingleThreadIoEventLoop(null, threads, thread -> {
            handler[0] = handlers.newHandler(thread);
            return handler[0];
        });
        executors.add(executor);
        return new Loop(executor, handler[0]);
    }

    /** Returns the kernel interface that they use. */
    public IoKind io() {
        return io;
    }

    /** Returns the loops of TCP sessions, unmodifiable. */
    public List<Loop> tcp() {
        return List.copyOf(tcp);
    }

    /** Returns all loops, unmodifiable. */
    public List<Loop> all() {
        List<Loop> all = new ArrayList<>(tcp);
        all.add(udp);
        return List.copyOf(all);
    }

    /** Returns the loop of all UDP flows. */
    public Loop udp() {
        return udp;
    }

    /**
     * Ends the loops and waits a few seconds for their threads. Tasks that were submitted before run first, unless a loop
     * is blocked: a loop that ends closes its remaining sockets by FIN, and a client of a session that was to be reset
     * would take what it has received for the whole.
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
