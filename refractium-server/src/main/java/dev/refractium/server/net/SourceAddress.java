package dev.refractium.server.net;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The address that a socket dials from: the system's choice, one of this machine, or a client's, which takes epoll and the
 * capability that {@link LinuxSockets#mayBindForeign} looks for. The port is the system's choice always: a client's port
 * may still be in use, and a backend identifies a client by its address. Any thread.
 */
public final class SourceAddress {
    /** The system's choice, by its routes. */
    public static final SourceAddress ANY = new SourceAddress(null, false);

    private final @Nullable InetSocketAddress local;
    private final boolean foreign;

    private SourceAddress(@Nullable InetAddress address, boolean foreign) {
        this.local = address == null ? null : new InetSocketAddress(address, 0);
        this.foreign = foreign;
    }

    /** Returns an address of this machine. */
    public static SourceAddress ours(InetAddress address) {
        return new SourceAddress(address, false);
    }

    /** Returns a client's address, which need not be this machine's. */
    public static SourceAddress ofClient(InetAddress address) {
        return new SourceAddress(address, true);
    }

    /** Returns the address to bind, with port 0; null if the system chooses. */
    public @Nullable InetSocketAddress local() {
        return local;
    }

    /** Returns whether the address may be another machine's. */
    public boolean isForeign() {
        return foreign;
    }

    /** Returns whether {@code target}, by its family, can be dialled from here. */
    public boolean reaches(SocketAddress target) {
        return local == null
                || (target instanceof InetSocketAddress internet
                        && local.getAddress().getClass()
                                == internet.getAddress().getClass());
    }

    /**
     * Refuses a target that cannot be dialled from here, although it may be well.
     *
     * @throws BindException if it is of the other family
     */
    public void requireFamilyOf(InetSocketAddress target) throws BindException {
        if (!reaches(target)) {
            throw new BindException("source and target are of different families");
        }
    }

    /** Returns the address; nothing for the system's choice. */
    @Override
    public String toString() {
        return local == null ? "" : local.getAddress().getHostAddress();
    }
}
