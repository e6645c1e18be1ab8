package dev.refractium.server.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The event loops of one server. Any thread. */
public final class Loops implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group;
    private final List<Loop> loops = new ArrayList<>();

    /** Starts {@code count} loops; their threads start with their first task. */
    public Loops(int count) {
        group = new MultiThreadIoEventLoopGroup(
                count, new DefaultThreadFactory("refractium-loop", true), NioIoHandler.newFactory());
        group.forEach(executor -> loops.add(new Loop((IoEventLoop) executor)));
    }

    /** The loops, unmodifiable. */
    public List<Loop> all() {
        return List.copyOf(loops);
    }

    /** Where Netty's own channels, such as those of health checks, may live. */
    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** Ends the loops and waits for their threads, five seconds at most. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
