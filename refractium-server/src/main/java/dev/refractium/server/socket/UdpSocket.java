package dev.refractium.server.socket;

import dev.refractium.server.net.Loop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The seam between flows and the calls that move datagrams: a socket that is bound and receives from any address, or
 * connected and receives from one. It never blocks; a datagram that the kernel has no room for is lost. One thread until
 * it is registered, then the loop's, but for {@link #isOpen}.
 */
public abstract class UdpSocket implements IoHandle {
    private static final Logger log = LoggerFactory.getLogger(UdpSocket.class);

    private final IoOps arrivals;
    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;
    private volatile boolean closed;

    /** Whether another process may have the socket, too. */
    private volatile boolean shared;

    /** @param arrivals the event of its kind of loop that stands for the arrival of datagrams */
    protected UdpSocket(IoOps arrivals) {
        this.arrivals = arrivals;
    }

    /** Is notified that datagrams, or an error, have arrived. */
    public interface Owner {
        void readable();
    }

    /**
     * Registers it with the loop, which notifies {@code owner} of arrivals from now on.
     *
     * @throws IllegalStateException if the loop does not take it, as while it ends; the socket stays the caller's
     */
    public final void register(Loop loop, Owner owner) {
        this.owner = owner;
        registration = loop.register(this);
        registration.submit(arrivals);
    }

    /** Returns the address that it is bound to. */
    public abstract InetSocketAddress local() throws IOException;

    /** Sets whether others may bind the same address. */
    public abstract void share(boolean shared) throws IOException;

    /**
     * Puts the next datagram of a bound socket into {@code buffer}.
     *
     * @return its sender; null if there is no datagram
     */
    public abstract @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException;

    /** Sends the rest of {@code datagram}, which may be empty, from a bound socket as one datagram. */
    public abstract void send(ByteBuffer datagram, InetSocketAddress to) throws IOException;

    /**
     * Puts the next datagram of a connected socket into {@code buffer}.
     *
     * @return whether there was one
     * @throws IOException mostly an ICMP error: nobody listens there
     */
    public abstract boolean read(ByteBuffer buffer) throws IOException;

    /**
     * Sends the rest of {@code datagram}, which may be empty, from a connected socket as one datagram.
     *
     * @throws IOException as {@link #read}
     */
    public abstract void write(ByteBuffer datagram) throws IOException;

    /**
     * Returns the number of its descriptor, for another process that is to have the socket, too; empty where the kind of
     * sockets has no number. Any thread.
     */
    public final OptionalInt pass() {
        OptionalInt number = descriptor();
        shared |= number.isPresent();
        return number;
    }

    /** Notes that another process may have the socket, too. Before it is registered. */
    final void inherited() {
        shared = true;
    }

    /** Receives nothing more, and still sends: another process has the socket, too, and receives. On its loop. */
    public final void release() {
        if (registration != null) {
            registration.cancel();
        }
    }

    /** Returns the number of its descriptor; empty where the kind of sockets tells none. */
    protected OptionalInt descriptor() {
        return OptionalInt.empty();
    }

    /** Closes the socket itself. */
    protected abstract void closeSocket() throws IOException;

    /** Returns whether it is open. Any thread. */
    public final boolean isOpen() {
        return !closed;
    }

    /** Throws nothing: the loop would leave its other sockets alone for a second. */
    @Override
    public final void handle(IoRegistration registration, IoEvent event) {
        try {
            Owner notified = owner;
            if (notified != null && !closed) {
                notified.readable();
            }
        } catch (RuntimeException | Error e) {
            log.error("socket failed", e);
        }
    }

    /**
     * Closes the socket before its registration: Linux then removes it from epoll. Forgets the owner, since the loop may
     * hold a closed socket for long. Also called by a loop that ends.
     */
    @Override
    public final void close() {
        closed = true;
        if (shared && registration != null) {
            // The loop would be notified of a socket for as long as another process has it.
            registration.cancel();
        }
        try {
            closeSocket();
        } catch (IOException | RuntimeException e) {
            log.debug("closing a socket", e);
        } finally {
            if (registration != null) {
                registration.cancel();
            }
            owner = null;
        }
    }
}
