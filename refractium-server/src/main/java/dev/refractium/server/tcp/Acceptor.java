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

/** The listening half of the seam: a socket that connections arrive at. Loop thread only, but for {@link #close}. */
abstract class Acceptor implements IoHandle {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);

    private final InetSocketAddress address;
    private final IoOps arrivals;
    private final IoOps nothing;
    private @Nullable Loop loop;
    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;

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
        /** Takes some of them, and says whether there may be more. */
        boolean acceptable();
    }

    /** A connection that has arrived: the caller's from now on. */
    record Arrival(Side side, InetSocketAddress client) {}

    /** Where it listens. Any thread. */
    final InetSocketAddress address() {
        return address;
    }

    /** Puts the socket on its loop; nothing is told before it is resumed. */
    final void register(Loop loop, Owner owner) {
        this.loop = loop;
        this.owner = owner;
        this.registration = loop.register(this);
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

    /** Stops listening. Any thread; when this returns, those that had arrived are taken, and connects are refused. */
    @Override
    public final void close() {
        if (loop != null && !loop.isCurrent()) {
            loop.close(this);
            return;
        }
        takeAll();
        if (registration != null) {
            registration.cancel();
        }
        try {
            closeSocket();
        } catch (IOException e) {
            log.debug("closing {}", address, e);
        }
    }

    @Override
    public final void handle(IoRegistration registration, IoEvent event) {
        if (owner != null) {
            owner.acceptable();
        }
    }

    /** Who has connected and was not accepted yet would be reset. */
    private void takeAll() {
        for (int turn = 0; owner != null && turn < Sockets.BACKLOG && owner.acceptable(); turn++) {}
    }

    private void submit(IoOps ops) {
        if (registration != null && registration.isValid()) {
            registration.submit(ops);
        }
    }
}
