package dev.refractium.server.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The event loops of one server, whose threads run from the start. Any thread. */
public final class Loops implements AutoCloseable {
    /** How long a loop may take for the tasks that were submitted before it ends; a plugin can block it for longer. */
    private static final long ASKED_MS = 1_000;

    private final MultiThreadIoEventLoopGroup tcpGroup;
    private final MultiThreadIoEventLoopGroup udpGroup;
    private final IoKind io;
    private final List<Loop> tcp = new ArrayList<>();
    private final Loop udp;

    /** @param tcpLoops how many loops share the TCP sessions */
    public Loops(IoKind io, int tcpLoops) {
        this.io = io;
        LocalFailures.load();
        tcpGroup = new MultiThreadIoEventLoopGroup(
                tcpLoops, new DefaultThreadFactory("refractium-loop", true), io.handlers());
        tcpGroup.forEach(executor -> tcp.add(new Loop((IoEventLoop) executor)));
        udpGroup = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("refractium-udp", true), io.handlers());
        udp = new Loop(udpGroup.next());
        startThreads();
    }

    /** Netty starts a thread with its loop's first task: a session must not be the first to find that none can start. */
    private void startThreads() {
        try {
            all().forEach(loop -> loop.later(() -> {}));
        } catch (Error e) {
            close();
            throw e;
        }
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
        if (!tcpGroup.isShuttingDown()) {
            awaitAsked();
        }
        List<Future<?>> ends = Stream.of(tcpGroup, udpGroup)
                .<Future<?>>map(group -> group.shutdownGracefully(0, 2, TimeUnit.SECONDS))
                .toList();
        ends.forEach(end -> end.awaitUninterruptibly(5, TimeUnit.SECONDS));
    }

    private void awaitAsked() {
        List<Future<?>> asked = Stream.of(tcpGroup, udpGroup)
                .flatMap(group -> StreamSupport.stream(group.spliterator(), false))
                .<Future<?>>map(executor -> executor.submit(() -> {}))
                .toList();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ASKED_MS);
        asked.forEach(task -> task.awaitUninterruptibly(until - System.nanoTime(), TimeUnit.NANOSECONDS));
    }
}
