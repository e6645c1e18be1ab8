package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening half of the seam: a socket that connections arrive at. Lives on one loop at a time, and only
 * {@link #close} may be called from elsewhere. The loop that it has left may still be told of connections, which it leaves
 * to the other; this object's monitor keeps the two apart.
 */
abstract class Acceptor implements IoHandle {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);

    private final InetSocketAddress address;
    private final IoOps arrivals;
    private final IoOps nothing;
    private volatile @Nullable Loop loop;
    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;

    /** Written by whoever closes, even if the loop cannot do it yet. */
    private volatile boolean closed;

    /** Whether the socket itself is closed. */
    private boolean released;

    /**
     * @param address where it listens
     * @param arrivals what its kind of loop calls the arrival of connections
     * @param nothing what that calls no event at all
     */
    Acceptor(InetSocketAddress address, IoOps arrivals, IoOps nothing) {
        this.address = address;
        this.arrivals = arrivals;
        this.nothing = nothing;
    }

    /** Is told that connections have arrived. */
    interface Owner {
        /** Takes some of them on this loop, and says whether there may be more. */
        boolean acceptable(Loop loop);
    }

    /** A connection that has arrived: the caller's from now on. */
    record Arrival(Side side, InetSocketAddress client) {}

    /** Where it listens. Any thread. */
    final InetSocketAddress address() {
        return address;
    }

    /** Puts the socket on this loop, and off the one that it was on; nothing is told before it is resumed. */
    final synchronized void register(Loop loop, Owner owner) {
        Loop before = this.loop;
        IoRegistration old = registration;
        if (closed || loop.equals(before)) {
            return;
        }
        this.loop = loop;
        this.owner = owner;
        this.registration = loop.register(this);
        if (before != null && old != null) {
            before.later(old::cancel);
        }
    }

    /** Asks to be told of connections. */
    final void resume() {
        submit(arrivals);
    }

    /** Asks to be told of nothing. */
    final void pause() {
        submit(nothing);
    }

    /**
     * The next connection, null if none has arrived.
     *
     * @throws IOException mostly for want of descriptors; connections may go on to arrive
     */
    abstract @Nullable Arrival accept() throws IOException;

    /** Closes the socket itself. */
    abstract void closeSocket() throws IOException;

    /**
     * Stops listening. Any thread; when this returns, those that had arrived are taken, and connects are refused, on NIO
     * as soon as a loop that it has left selects again.
     */
    @Override
    public final void close() {
        closed = true;
        Loop home = loop;
        if (home == null || home.isCurrent()) {
            closeHere(home);
        } else {
            home.close(this);
        }
    }

    @Override
    public final void handle(IoRegistration registration, IoEvent event) {
        Loop home = loop;
        if (home != null && home.isCurrent()) {
            take(home);
        }
    }

    private synchronized boolean take(Loop home) {
        return owner != null && home.equals(loop) && owner.acceptable(home);
    }

    private synchronized void closeHere(@Nullable Loop home) {
        if (released) {
            // Its number may be another socket's by now.
            return;
        }
        released = true;
        // Who has connected and was not accepted yet would be reset.
        for (int turn = 0; home != null && turn < Sockets.BACKLOG && take(home); turn++) {}
        if (registration != null) {
            registration.cancel();
        }
        try {
            closeSocket();
        } catch (IOException e) {
            log.debug("closing {}", address, e);
        }
    }

    private synchronized void submit(IoOps ops) {
        if (registration != null && registration.isValid() && loop != null && loop.isCurrent()) {
            registration.submit(ops);
        }
    }
}
