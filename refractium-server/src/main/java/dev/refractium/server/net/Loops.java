package dev.refractium.server.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The event loops of one server. Their threads start with their first task. Any thread. */
public final class Loops implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup tcpGroup;
    private final MultiThreadIoEventLoopGroup udpGroup;
    private final Io io;
    private final List<Loop> tcp = new ArrayList<>();
    private final Loop udp;

    /** @param tcpLoops how many loops share the TCP sessions */
    public Loops(Io io, int tcpLoops) {
        this.io = io;
        tcpGroup = new MultiThreadIoEventLoopGroup(
                tcpLoops, new DefaultThreadFactory("refractium-loop", true), io.handlers());
        tcpGroup.forEach(executor -> tcp.add(new Loop((IoEventLoop) executor)));
        udpGroup =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("refractium-udp", true), Io.NIO.handlers());
        udp = new Loop(udpGroup.next());
    }

    /** What the TCP loops stand on. */
    public Io io() {
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

    /** The loop of all UDP flows, on NIO whatever TCP stands on. */
    public Loop udp() {
        return udp;
    }

    /** Ends the loops and waits for their threads, five seconds at most. */
    @Override
    public void close() {
        List<Future<?>> ends = Stream.of(tcpGroup, udpGroup)
                .<Future<?>>map(group -> group.shutdownGracefully(0, 2, TimeUnit.SECONDS))
                .toList();
        ends.forEach(end -> end.awaitUninterruptibly(5, TimeUnit.SECONDS));
    }
}
