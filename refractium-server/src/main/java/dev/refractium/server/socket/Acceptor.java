package dev.refractium.server.socket;

import dev.refractium.api.Transport;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Peer;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening half of the seam: a socket at which connections arrive. Lives on one loop at a time; only {@link #close}
 * and {@link #sharePort} may be called from elsewhere. A loop that it has left may still be notified of connections, which
 * it leaves to the current one; this object's monitor keeps the two apart.
 */
public abstract class Acceptor implements IoHandle {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);

    private final SocketAddress address;
    private final IoOps arrivals;
    private final IoOps nothing;

    /** The current loop. Written under the monitor, read by all loops that the acceptor has lived on. */
    private volatile @Nullable Loop loop;

    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;
    private boolean closed;

    /** Whether another process may have the socket, too. */
    private volatile boolean shared;

    /**
     * @param address the address that it listens on
     * @param arrivals its loop's event for the arrival of connections
     * @param nothing no event, while the registration stays
     */
    protected Acceptor(SocketAddress address, IoOps arrivals, IoOps nothing) {
        this.address = address;
        this.arrivals = arrivals;
        this.nothing = nothing;
    }

    /** Is notified of the arrival of connections. */
    public interface Owner {
        /** Accepts some connections, and returns whether there may be more. Called under the acceptor's monitor. */
        boolean acceptable(Loop loop);
    }

    /** An accepted connection, which belongs to the caller from now on. */
    public record Arrival(Side side, SocketAddress client) implements Peer {
        @Override
        public Transport transport() {
            return Transport.TCP;
        }

        @Override
        public @Nullable SocketAddress local() {
            return side.local();
        }
    }

    /** Notes that another process may have the socket, too. Before it is registered. */
    final void inherited() {
        shared = true;
    }

    /** Returns the address that it listens on. Any thread. */
    public final SocketAddress address() {
        return address;
    }

    /** Moves the socket to {@code loop}; no event is reported before {@link #arm}. */
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

    /** Asks for the arrival of connections; renews a registration that has been lost. */
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

    /** Asks for no event. On its loop. */
    public final synchronized void pause() {
        Loop home = loop;
        if (!closed && home != null && home.isCurrent()) {
            submit(nothing);
        }
    }

    /** Accepts the connections that have arrived, whether or not the loop was notified of them. On its loop. */
    public final synchronized void poll() {
        Loop home = loop;
        if (home != null && home.isCurrent()) {
            take(home);
        }
    }

    /** Returns whether the acceptor is open. Any thread. */
    public final synchronized boolean isOpen() {
        return !closed;
    }

    /**
     * Returns the next connection, null if none has arrived.
     *
     * @throws IOException mostly for lack of descriptors; connections may continue to arrive
     */
    public abstract @Nullable Arrival accept() throws IOException;

    /**
     * Sets whether another socket of this process may listen on an address that overlaps this one's. Any thread.
     *
     * @throws IOException if the system refuses; nothing has changed
     */
    public abstract void sharePort(boolean shared) throws IOException;

    /**
     * Returns the number of its descriptor, for another process that is to have the socket, too; empty where the kind of
     * sockets has no number. Any thread.
     */
    public final OptionalInt pass() {
        OptionalInt number = descriptor();
        shared |= number.isPresent();
        return number;
    }

    /** Returns the number of its descriptor; empty where the kind of sockets tells none. */
    protected OptionalInt descriptor() {
        return OptionalInt.empty();
    }

    /** Closes the socket itself. */
    protected abstract void closeSocket() throws IOException;

    /** Returns whether a closed socket listens until its loop polls for events again. */
    abstract boolean closesWithItsLoop();

    /**
     * Stops listening, even while the loop is blocked. Any thread. When this returns, connections that had arrived are
     * accepted, and connects are refused unless another process has the socket, too; on NIO only once a loop that it has
     * lived on selects again.
     */
    @Override
    public final void close() {
        try {
            acceptArrived();
        } finally {
            if (shared) {
                release();
            } else {
                closeNow();
            }
        }
        Loop home = loop;
        if (home != null && !home.isCurrent() && closesWithItsLoop()) {
            home.awaitEvents();
        }
    }

    /** Stops listening, and leaves what has arrived to the other process that has the socket. Any thread. */
    public final void release() {
        Loop home = loop;
        if (home == null || home.isCurrent()) {
            closeNow();
        } else {
            // The loop would be notified of a socket for as long as another process has it.
            home.close(this::closeNow);
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

    /** Accepts what has arrived: the system would reset clients that have connected and were not accepted. */
    private synchronized void acceptArrived() {
        for (int turn = 0; turn < BindOptions.BACKLOG && loop != null && take(loop); turn++) {}
    }

    private synchronized void closeNow() {
        if (closed) {
            // The descriptor's number may belong to another socket by now.
            return;
        }
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

    private void submit(IoOps ops) {
        if (registration != null && registration.isValid()) {
            registration.submit(ops);
        }
    }
}
