package dev.refractium.server.socket;

import dev.refractium.server.net.Loop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A side that is a socket: its place on the loop, which is told anew only when something else is asked for.
 *
 * @param <O> what its kind of loop calls events
 */
abstract class SocketSide<O extends IoOps> extends Side implements IoHandle {
    private @Nullable Owner owner;
    private @Nullable IoRegistration registration;
    private O interest;

    /** @param nothing no event at all */
    SocketSide(O nothing) {
        interest = nothing;
    }

    @Override
    public final void register(Loop loop, Owner owner) {
        this.owner = owner;
        this.registration = loop.register(this);
    }

    /** What was asked for last. */
    final O interest() {
        return interest;
    }

    /** Asks to be told of {@code ops}, and of nothing else. */
    final void submit(O ops) {
        if (!ops.equals(interest) && registration != null && registration.isValid()) {
            interest = ops;
            registration.submit(ops);
        }
    }

    /** Tells the owner what has become possible. */
    final void ready(boolean readable, boolean writable) {
        if (owner != null) {
            owner.ready(this, readable, writable);
        }
    }

    /** Tells the owner that the side broke while nothing was asked of it. */
    final void broke() {
        if (owner != null) {
            owner.broke(this);
        }
    }

    /** Leaves the loop. */
    final void cancel() {
        if (registration != null) {
            registration.cancel();
        }
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
