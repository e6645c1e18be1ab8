package dev.refractium.server.socket;

import dev.refractium.api.Transport;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Peer;
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
 * {@link #close} and {@link #sharePort} may be called from elsewhere. The loop that it has left may still be notified of
 * connections, which it leaves to the other; this object's monitor keeps the two apart.
 */
public abstract class Acceptor implements IoHandle {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);

    private final InetSocketAddress address;
    private final IoOps arrivals;
    private final IoOps nothing;

    /** Written under the monitor, read by the loops that it has lived on. */
    private volatile @Nullable Loop loop;

    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;
    private boolean closed;

    /**
     * @param address where it listens
     * @param arrivals what its kind of loop calls the arrival of connections
     * @param nothing what it calls no event; the registration stays
     */
    protected Acceptor(InetSocketAddress address, IoOps arrivals, IoOps nothing) {
        this.address = address;
        this.arrivals = arrivals;
        this.nothing = nothing;
    }

    /** Is notified that connections have arrived. */
    public interface Owner {
        /** Accepts some of them, and returns whether there may be more. Under the acceptor's monitor. */
        boolean acceptable(Loop loop);
    }

    /** A connection that has arrived: the caller's from now on. */
    public record Arrival(Side side, InetSocketAddress client) implements Peer {
        @Override
        public Transport transport() {
            return Transport.TCP;
        }

        @Override
        public @Nullable InetSocketAddress local() {
            return side.local();
        }
    }

    /** Where it listens. Any thread. */
    public final InetSocketAddress address() {
        return address;
    }

    /** Puts the socket on this loop, and off the one that it was on; no event is reported before {@link #arm}. */
    public final synchronized void register(Loop loop, Owner owner) {
        if (closed || loop.equals(this.loop)) {
            return;
        }
        IoRegistration next = loop.register(this);
        Loop before = this.loop;
        IoRegistration old = registration;
        this.loop = loop;
        this.owner = owner;
        this.registration = next;
        if (before != null && old != null) {
            before.later(old::cancel);
        }
    }

    /** Asks for the arrival of connections; a registration that has been lost is made anew. */
    public final synchronized void arm() {
        Loop home = loop;
        if (closed || home == null || registration == null || !home.isCurrent()) {
            return;
        }
        try {
            submit(arrivals);
        } catch (RuntimeException e) {
            log.warn("listener lost its registration address={} reason=\"{}\"", address, e.toString());
            registration.cancel();
        }
        if (!registration.isValid()) {
            registration = home.register(this);
            submit(arrivals);
        }
    }

    /** Asks for no event. */
    public final synchronized void pause() {
        Loop home = loop;
        if (!closed && home != null && home.isCurrent()) {
            submit(nothing);
        }
    }

    /** Accepts what has arrived, whether or not the loop was notified of it. On its loop. */
    public final synchronized void poll() {
        Loop home = loop;
        if (home != null && home.isCurrent()) {
            take(home);
        }
    }

    /** Returns whether connections can arrive. Any thread. */
    public final synchronized boolean isOpen() {
        return !closed;
    }

    /**
     * The next connection, null if none has arrived.
     *
     * @throws IOException mostly for want of descriptors; connections may go on to arrive
     */
    public abstract @Nullable Arrival accept() throws IOException;

    /**
     * Lets another socket of this process listen on an address that overlaps this one's, or no longer. Any thread.
     *
     * @throws IOException if the system cannot; nothing has changed
     */
    public abstract void sharePort(boolean shared) throws IOException;

    /** Closes the socket itself. */
    protected abstract void closeSocket() throws IOException;

    /** Returns whether a socket that has been closed listens until its loop looks for events again. */
    abstract boolean closesWithItsLoop();

    /**
     * Stops listening, whatever keeps the loop. Any thread; when this returns, connections that had arrived are accepted,
     * and connects are refused, on NIO as soon as a loop that it has lived on selects again.
     */
    @Override
    public final void close() {
        closeNow();
        Loop home = loop;
        if (home != null && !home.isCurrent() && closesWithItsLoop()) {
            home.awaitEvents();
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
        return !closed && owner != null && home.equals(loop) && owner.acceptable(home);
    }

    private synchronized void closeNow() {
        if (closed) {
            // The descriptor's number may be another socket's by now.
            return;
        }
        try {
            // Clients that have connected and were not accepted would be reset.
            for (int turn = 0; turn < Sockets.BACKLOG && loop != null && take(loop); turn++) {}
        } finally {
            closed = true;
            if (registration != null) {
                registration.cancel();
            }
            try {
                closeSocket();
            } catch (IOException e) {
                log.debug("closing {}", address, e);
            }
        }
    }

    private void submit(IoOps ops) {
        if (registration != null && registration.isValid()) {
            registration.submit(ops);
        }
    }
}
