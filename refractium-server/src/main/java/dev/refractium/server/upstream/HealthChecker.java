package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes TCP backends by connecting, each on its own jittered clock, all at once. A backend of UDP is not probed: a TCP
 * connect would say nothing about it. Runs on the event loops that it is given.
 */
public final class HealthChecker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HealthChecker.class);
    private static final long INTERVAL_MS = 5_000;
    private static final int MAX_TIMEOUT_MS = 2_000;

    private final EventLoopGroup loops;
    private final Set<Backend> watched = ConcurrentHashMap.newKeySet();

    /** Written by whoever reloads, read by event loops. */
    private volatile Bootstrap probe;

    private volatile boolean closed;

    public HealthChecker(EventLoopGroup loops, Duration connectTimeout) {
        this.loops = loops;
        this.probe = probe(connectTimeout);
    }

    /** Allows probes so much time from now on, two seconds at most. */
    public void connectTimeout(Duration connectTimeout) {
        probe = probe(connectTimeout);
    }

    /** Probes these backends from now on, until they are dropped; those that are new, the first time at once. */
    public void watch(Collection<Backend> backends) {
        for (Backend backend : backends) {
            if (backend.transport() == Transport.TCP && watched.add(backend)) {
                schedule(backend, ThreadLocalRandom.current().nextLong(INTERVAL_MS / 20));
            }
        }
    }

    /** Stops probing; a probe under way ends by itself. */
    @Override
    public void close() {
        closed = true;
    }

    private void schedule(Backend backend, long afterMs) {
        EventLoop loop = loops.next();
        if (!closed && !loop.isShuttingDown()) {
            loop.schedule(() -> check(backend, loop), afterMs, TimeUnit.MILLISECONDS);
        }
    }

    private void check(Backend backend, EventLoop loop) {
        if (closed) {
            return;
        }
        if (backend.isDropped()) {
            watched.remove(backend);
            return;
        }
        InetSocketAddress address = backend.address();
        if (address == null) {
            again(backend);
            return;
        }
        ChannelFuture connect = probe.clone(loop).connect(address);
        connect.addListener(done -> {
            if (closed) {
                // The loops end, and close what is left on them.
                return;
            }
            record(backend, done.isSuccess());
            again(backend);
            connect.channel().close();
        });
    }

    private static Bootstrap probe(Duration connectTimeout) {
        int timeout = (int) Math.min(MAX_TIMEOUT_MS, connectTimeout.toMillis());
        return new Bootstrap()
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
                .handler(new Silent());
    }

    private static void record(Backend backend, boolean up) {
        Backend.Health before = backend.health();
        backend.watched();
        if (up) {
            backend.succeeded();
        } else {
            backend.failed();
        }
        Backend.Health after = backend.health();
        if (after != before && (after == Backend.Health.DOWN || before == Backend.Health.DOWN)) {
            log.warn("backend is {} backend={}", after == Backend.Health.DOWN ? "down" : "up again", backend);
        }
    }

    private void again(Backend backend) {
        long jitter = ThreadLocalRandom.current().nextLong(-INTERVAL_MS / 10, INTERVAL_MS / 10);
        schedule(backend, INTERVAL_MS + jitter);
    }

    /** Sends and reads nothing. Without state, so that all probes may have the same one. */
    @ChannelHandler.Sharable
    private static final class Silent extends ChannelInboundHandlerAdapter {}
}
