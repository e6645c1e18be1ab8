package dev.refractium.server.socket;

import dev.refractium.api.Units;
import dev.refractium.server.net.IoFailure;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.NoSocketException;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.net.Timers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Connects sides, one at a time: opens a side, dials, registers the side, and awaits the result until a timeout. Reports
 * the result of each attempt once. Loop thread only.
 */
public abstract class Connect extends Timers.Timeout {
    private final Loop loop;
    private final Sockets sockets;

    /** The side whose connect is under way; null if there is none. */
    private @Nullable Side side;

    private @Nullable SocketAddress address;
    /** At most some hours; an int, since each session has one. */
    private int timeoutMs;

    protected Connect(Loop loop, Sockets sockets) {
        this.loop = loop;
        this.sockets = sockets;
    }

    /** Returns the bytes to send first, in the loop's buffer; it may be empty. */
    protected abstract ByteBuffer first();

    /** Returns the owner of the side, which passes its readiness to {@link #finish}. */
    protected abstract Side.Owner owner();

    /** Takes over a side that is connected; {@code sent} of the first bytes have been sent. */
    protected abstract void connected(Side connected, int sent);

    /** Handles the failure of an attempt that was under way; the side has ended. */
    protected abstract void connectFailed(IOException why);

    /**
     * Starts to connect to {@code to} from {@code source}.
     *
     * @return the failure if the attempt failed at once; null if it is under way, or has succeeded and was reported
     */
    protected final @Nullable Exception attempt(SocketAddress to, SourceAddress source, long timeoutMs) {
        Side opened;
        try {
            opened = sockets.open(to, source);
        } catch (IOException | RuntimeException e) {
            return IoFailure.of(e) == IoFailure.OURS ? new NoSocketException(e) : e;
        }
        address = to;
        this.timeoutMs = Math.toIntExact(timeoutMs);
        int sent;
        try {
            ByteBuffer first = first();
            int length = first.remaining();
            boolean connected = opened.dial(to, first);
            opened.register(loop, owner());
            if (!connected) {
                side = opened;
                opened.awaitDial();
                loop.timers().set(this, timeoutMs);
                return null;
            }
            refuseSelf(opened, to);
            sent = length - first.remaining();
        } catch (IOException | RuntimeException e) {
            side = null;
            opened.end(true);
            return e;
        }
        connected(opened, sent);
        return null;
    }

    /** Returns whether a connect is under way. */
    protected final boolean isUnderWay() {
        return side != null;
    }

    /** Returns whether the connect of {@code one} is under way. */
    protected final boolean isConnecting(Side one) {
        return side == one;
    }

    /** Returns how long the last attempt might take, in milliseconds. */
    protected final long timeoutMs() {
        return timeoutMs;
    }

    /** Checks for the result of the connect that is under way, if there is one. */
    protected final void finish() {
        Side pending = side;
        SocketAddress to = address;
        if (pending == null || to == null) {
            return;
        }
        try {
            if (!pending.finishDial()) {
                return;
            }
            refuseSelf(pending, to);
        } catch (IOException e) {
            fail(e);
            return;
        }
        loop.timers().clear(this);
        side = null;
        connected(pending, 0);
    }

    /** Stops the connect that is under way, if there is one. */
    protected final void stop() {
        loop.timers().clear(this);
        if (side != null) {
            side.end(true);
            side = null;
        }
    }

    @Override
    protected void expired() {
        fail(new SocketTimeoutException("no answer in " + Units.format(Duration.ofMillis(timeoutMs))));
    }

    private void fail(IOException why) {
        stop();
        connectFailed(why);
    }

    /** @throws ConnectException if the side has connected to itself, since no backend listens there */
    private static void refuseSelf(Side side, SocketAddress to) throws ConnectException {
        if (side.isSelf(to)) {
            throw new ConnectException("connected to itself");
        }
    }
}
