package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The listening half of the seam: a socket that connections arrive at. Loop thread only, but for {@link #close}. */
abstract class Acceptor {
    /** Is told that connections have arrived. */
    interface Owner {
        /** Takes some of them, and says whether there may be more. */
        boolean acceptable();
    }

    /** A connection that has arrived: the caller's from now on. */
    record Arrival(Side side, InetSocketAddress client) {}

    /** Where it listens. Any thread. */
    abstract InetSocketAddress address();

    /** Puts the socket on its loop; nothing is told before it is resumed. */
    abstract void register(Loop loop, Owner owner);

    /** Asks to be told of connections. */
    abstract void resume();

    /** Asks to be told of nothing. */
    abstract void pause();

    /**
     * The next connection, null if none has arrived.
     *
     * @throws IOException mostly for want of descriptors; connections may go on to arrive
     */
    abstract @Nullable Arrival accept() throws IOException;

    /** Stops listening. Any thread; when this returns, those that had arrived are taken, and connects are refused. */
    abstract void close();

    /** Who has connected and was not accepted yet would be reset. */
    static void takeAll(@Nullable Owner owner) {
        for (int turn = 0; owner != null && turn < Sockets.BACKLOG && owner.acceptable(); turn++) {}
    }
}
