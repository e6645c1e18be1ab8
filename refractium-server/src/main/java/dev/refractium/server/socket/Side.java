package dev.refractium.server.socket;

import dev.refractium.server.net.EphemeralPorts;
import dev.refractium.server.net.Loop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The seam: one side of a session, which is one socket on the session's event loop. The kinds of sockets below it are made
 * by {@link Sockets}; the code above it is the same for all. Loop thread only. Buffers are direct.
 */
public abstract class Side {
    /** A result of read: the peer sends no more. */
    public static final int END = -1;

    /** A result of read or write: the peer has reset the connection, or it broke. */
    public static final int BROKEN = -2;

    /** Is notified when a side can be read, can be written, or has finished dialling. */
    public interface Owner {
        void ready(Side side, boolean readable, boolean writable);

        /**
         * Handles that the side broke while no event was asked for: mostly, its peer has reset it. Not every kind of socket
         * notices. Does nothing by default: the next read or write fails.
         */
        default void broke(Side side) {}
    }

    /** Registers the side with its loop; no event is reported before an interest is set. */
    public abstract void register(Loop loop, Owner owner);

    /** Returns the local address and port, or Unix socket; null if there is none, as after some failures. */
    @Nullable
    public abstract SocketAddress local();

    /** Reads into {@code buffer} from its position. Returns the bytes read, 0 if none are there, {@link #END} or BROKEN. */
    public abstract int read(ByteBuffer buffer);

    /** Writes what the kernel takes of {@code buffer}. Returns the bytes written, or {@link #BROKEN}. */
    public abstract int write(ByteBuffer buffer);

    /**
     * Starts to connect.
     *
     * @param first the bytes to write first; some may have been written when this returns
     * @return whether the side is connected already; if not, nothing has been written
     * @throws IOException if the address refuses or cannot be reached
     */
    public abstract boolean dial(SocketAddress address, ByteBuffer first) throws IOException;

    /**
     * Returns whether the side has connected to itself: a socket whose own port is the one that it dials does so if nobody
     * listens there. Costs a system call only if the system may have chosen that port.
     */
    public final boolean isSelf(SocketAddress dialled) {
        return dialled instanceof InetSocketAddress internet
                && EphemeralPorts.include(internet.getPort())
                && internet.equals(local());
    }

    /** Asks for a notification when {@link #finishDial} is due, and no other event. */
    public abstract void awaitDial();

    /**
     * Completes a connect that has a result.
     *
     * @return false if the connect is still under way
     * @throws IOException if the connect failed
     */
    public abstract boolean finishDial() throws IOException;

    /**
     * Begins to notice a peer that has vanished, by {@link KeepAlive}: the next read or write after that is broken. Called
     * once, when the session has lived for {@link KeepAlive#afterMs}. A socket that takes none of the options goes on
     * without.
     *
     * @param stallMs how long the peer may leave bytes unread
     */
    public abstract void keepAlive(long stallMs);

    /** Sends a FIN: no more will be written. */
    public abstract void shutdownOutput();

    /** Asks for a notification when the side can be read or written; with neither, for none. */
    public abstract void interest(boolean read, boolean write);

    /** Ends the side: with a reset, which drops unsent bytes, or with a FIN behind them. */
    public abstract void end(boolean reset);
}
