package dev.refractium.server.tcp;

import dev.refractium.api.Direction;
import dev.refractium.api.Party;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.hook.ReadControl;
import dev.refractium.server.hook.SessionFacts;
import dev.refractium.server.hook.Taps;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hooks of one TCP session, and whether they pause its reads. Loop thread only, except {@link #execute}. */
final class TcpTaps extends Timers.Timeout implements ReadControl {
    private static final Logger log = LoggerFactory.getLogger(TcpTaps.class);

    private final Loop loop;
    private final Runnable resumed;
    private final @Nullable Taps taps;

    /** Whether reads are paused now. */
    private boolean held;

    /** Whether bytes are being shown: the code that shows them checks {@link #isHeld} itself. */
    private boolean showing;

    private TcpTaps(List<LiveHook> hooks, SessionFacts opening, Loop loop, Runnable resumed) {
        this.loop = loop;
        this.resumed = resumed;
        this.taps = Taps.open(hooks, opening, this);
    }

    /**
     * Opens the hooks of a session that has found its route.
     *
     * @param resumed runs when reads are allowed again; may run after the session's end
     * @return null if no hook watches
     */
    static @Nullable TcpTaps open(List<LiveHook> hooks, SessionFacts opening, Loop loop, Runnable resumed) {
        TcpTaps opened = new TcpTaps(hooks, opening, loop, resumed);
        return opened.taps == null ? null : opened;
    }

    /** Notifies the hooks that the session waits for a place at a backend. */
    void queued() {
        if (taps != null) {
            taps.queued();
        }
    }

    /** Notifies the hooks that the session has waited, and dials again. */
    void dialled() {
        if (taps != null) {
            taps.dialled();
        }
    }

    /** Notifies the hooks that a backend is being tried. */
    void attempted() {
        if (taps != null) {
            taps.attempted();
        }
    }

    /** Notifies the hooks that a backend is connected. */
    void connected(@Nullable SocketAddress backend) {
        if (taps != null && backend != null) {
            taps.connected(backend);
        }
    }

    /** Shows the hooks bytes that were read and are about to be passed on; {@link #isHeld} may change. */
    void data(Direction direction, ByteBuffer bytes) {
        if (taps != null) {
            showing = true;
            taps.data(direction, bytes);
            showing = false;
        }
    }

    /** Closes the hooks: the session has ended, or takes another route. */
    void closed(String cause, Party by) {
        loop.timers().clear(this);
        held = false;
        if (taps != null) {
            taps.closed(cause, by);
        }
    }

    /** Returns whether reads of both sides are paused now. */
    boolean isHeld() {
        return held;
    }

    @Override
    public void hold(long ms) {
        held = true;
        loop.timers().set(this, ms);
    }

    @Override
    public void resume() {
        loop.timers().clear(this);
        held = false;
        if (!showing) {
            resumed.run();
        }
    }

    @Override
    public void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("the loop has ended", e);
        }
    }

    @Override
    protected void expired() {
        if (taps != null) {
            taps.holdOver();
        }
    }

    /** Resumes reads: they must not stay paused because a hook could not be called. */
    @Override
    protected void failed() {
        held = false;
        resumed.run();
    }
}
