package dev.refractium.server.socket;

import dev.refractium.server.net.Loop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A side that is a socket: its registration with the loop, which changes only when the interest does.
 *
 * @param <O> the type of its loop's events
 */
abstract class SocketSide<O extends IoOps> extends Side implements IoHandle {
    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;
    private O interest;

    /** @param nothing no event */
    SocketSide(O nothing) {
        interest = nothing;
    }

    @Override
    public final void register(Loop loop, Owner owner) {
        this.owner = owner;
        this.registration = loop.register(this);
    }

    /** Returns the current interest. */
    final O interest() {
        return interest;
    }

    /** Asks for {@code ops} and no other event. */
    final void submit(O ops) {
        if (!ops.equals(interest) && registration != null && registration.isValid()) {
            interest = ops;
            registration.submit(ops);
        }
    }

    /** Notifies the owner of what has become possible. */
    final void ready(boolean readable, boolean writable) {
        if (owner != null) {
            owner.ready(this, readable, writable);
        }
    }

    /** Notifies the owner that the side broke while no event was asked for. */
    final void broke() {
        if (owner != null) {
            owner.broke(this);
        }
    }

    /** Leaves the loop, and forgets the owner: the loop may hold a closed side for long. */
    final void cancel() {
        if (registration != null) {
            registration.cancel();
        }
        owner = null;
    }

    /** Also called by the loop when it ends. */
    @Override
    public final void close() {
        try {
            closeSocket();
        } catch (IOException e) {
            // The descriptor is released whatever close reports.
        }
    }

    /** Closes the socket itself. */
    abstract void closeSocket() throws IOException;
}
