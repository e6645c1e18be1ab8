package dev.refractium.server.socket;

import dev.refractium.server.net.EphemeralPorts;
import dev.refractium.server.net.Loop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The seam: one side of a session, which is one socket on the session's event loop. Everything below it is a kind of
 * socket, made by {@link Sockets}; everything above it is written once. Loop thread only. Buffers are direct.
 */
public abstract class Side {
    /** Read: the peer sends no more. */
    public static final int END = -1;

    /** Read or write: the peer has reset the connection, or it broke. */
    public static final int BROKEN = -2;

    /** Is told when a side can be read, written, or has finished dialling. */
    public interface Owner {
        void ready(Side side, boolean readable, boolean writable);

        /**
         * The side broke while nothing was asked of it: its peer has reset it, mostly. Not every kind of socket notices.
         * By default nothing happens, and the next read or write fails.
         */
        default void broke(Side side) {}
    }

    /** Puts the side on its loop; nothing is told before an interest is set. */
    public abstract void register(Loop loop, Owner owner);

    /** Its own address and port; null where it has none, as after some failures. */
    @Nullable
    public abstract InetSocketAddress local();

    /** Reads into {@code buffer} from its position: the bytes read, 0 if none are there, {@link #END} or BROKEN. */
    public abstract int read(ByteBuffer buffer);

    /** Writes what the kernel takes of {@code buffer}: the bytes written, or {@link #BROKEN}. */
    public abstract int write(ByteBuffer buffer);

    /**
     * Begins to connect.
     *
     * @param first what will be written first; some of it may have been when this returns
     * @return whether it is connected already; if not, nothing has been written
     * @throws IOException if the address refuses or cannot be reached
     */
    public abstract boolean dial(InetSocketAddress address, ByteBuffer first) throws IOException;

    /**
     * Returns whether it has connected to itself: a socket whose own port is the one that it dials does so where nobody
     * listens there. Costs a system call only where the port is one that the system may choose.
     */
    public final boolean isSelf(InetSocketAddress dialled) {
        return EphemeralPorts.include(dialled.getPort()) && dialled.equals(local());
    }

    /** Asks to be told when {@link #finishDial} is due, and of nothing else. */
    public abstract void awaitDial();

    /**
     * Ends a connect that has come to its result.
     *
     * @return false if it is still under way after all
     * @throws IOException if it failed
     */
    public abstract boolean finishDial() throws IOException;

    /** Sends a FIN: no more will be written. */
    public abstract void shutdownOutput();

    /** Asks to be told when the side can be read or written; neither: of nothing. */
    public abstract void interest(boolean read, boolean write);

    /** Ends the side: with a reset, which drops what is unsent, or with a FIN behind it. */
    public abstract void end(boolean reset);
}
