package dev.refractium.server.socket;

import dev.refractium.server.net.Loop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The seam between what becomes of datagrams and the calls that move them: a socket that is bound, and hears anybody, or
 * connected, and hears one address. It never blocks; what the kernel has no room for is lost, as datagrams may be. One
 * thread until it is registered, then the loop's, but for {@link #isOpen}.
 */
public abstract class UdpSocket implements IoHandle {
    private static final Logger log = LoggerFactory.getLogger(UdpSocket.class);

    private final IoOps arrivals;
    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;
    private volatile boolean closed;

    /** @param arrivals what its kind of loop calls the arrival of datagrams */
    protected UdpSocket(IoOps arrivals) {
        this.arrivals = arrivals;
    }

    /** Is told that datagrams, or an error, have arrived. */
    public interface Owner {
        void readable();
    }

    /**
     * Puts it on the loop, which notifies {@code owner} of arrivals from now on.
     *
     * @throws IllegalStateException if the loop does not take it, as while it ends; the socket stays the caller's
     */
    public final void register(Loop loop, Owner owner) {
        this.owner = owner;
        registration = loop.register(this);
        registration.submit(arrivals);
    }

    /** Where it is bound. */
    public abstract InetSocketAddress local() throws IOException;

    /** Whether others may bind the same address from now on. */
    public abstract void share(boolean shared) throws IOException;

    /**
     * Of a bound socket: puts the next datagram into {@code buffer}.
     *
     * @return who sent it; null if there is none
     */
    public abstract @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException;

    /** Of a bound socket: sends what remains in {@code datagram}, which may be nothing, as one. */
    public abstract void send(ByteBuffer datagram, InetSocketAddress to) throws IOException;

    /**
     * Of a connected socket: puts the next datagram into {@code buffer}.
     *
     * @return false if there is none
     * @throws IOException mostly an ICMP error: nobody listens there
     */
    public abstract boolean read(ByteBuffer buffer) throws IOException;

    /**
     * Of a connected socket: sends what remains in {@code datagram}, which may be nothing, as one.
     *
     * @throws IOException as {@link #read}
     */
    public abstract void write(ByteBuffer datagram) throws IOException;

    /** Closes the socket itself. */
    protected abstract void closeSocket() throws IOException;

    /** Whether it was not closed yet. Any thread. */
    public final boolean isOpen() {
        return !closed;
    }

    /** Nothing is thrown: that would keep the loop from its other sockets for a second. */
    @Override
    public final void handle(IoRegistration registration, IoEvent event) {
        try {
            if (owner != null && !closed) {
                owner.readable();
            }
        } catch (RuntimeException | Error e) {
            log.error("socket failed", e);
        }
    }

    /** Before its registration is cancelled: Linux then takes it off the loop by itself. Also called by a loop that ends. */
    @Override
    public final void close() {
        closed = true;
        try {
            closeSocket();
        } catch (IOException | RuntimeException e) {
            log.debug("closing a socket", e);
        } finally {
            if (registration != null) {
                registration.cancel();
            }
        }
    }
}
