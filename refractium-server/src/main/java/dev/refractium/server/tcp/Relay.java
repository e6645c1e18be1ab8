package dev.refractium.server.tcp;

import dev.refractium.api.Direction;
import dev.refractium.api.Party;
import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Timers;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.SessionMeter;
import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The stage that moves bytes between both sides: decides which of them is read and written, and keeps the time limits.
 * Loop thread only.
 */
final class Relay extends Timers.Timeout implements Stage {
    /** No time limit applies now. */
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Side client;
    private final Side backend;
    private final Pipe up;
    private final Pipe down;
    private final StageEvents session;
    private final RelayLimits limits;
    private final Loop loop;

    /** Hooks of this session; null if it has none. */
    private @Nullable TcpTaps taps;

    /** When the session has lasted too long, in the loop's milliseconds. */
    private long endsAt = NO_LIMIT;

    /** Until when hooks last paused the reads, in the loop's milliseconds. */
    private long heldUntil;

    /** The state that the applicable time limits depend on; a change makes a check due. */
    private int checkedState = -1;

    /** Whether the backend has sent a byte. */
    private boolean answered;

    /** When the sides begin to notice that a peer has vanished, in the loop's milliseconds; NO_LIMIT once they do. */
    private long keepAliveAt;

    Relay(Sides sides, StageEvents session, RelayLimits limits, TcpLoop loop) {
        this.client = sides.client();
        this.backend = sides.backend();
        this.session = session;
        this.limits = limits;
        this.loop = loop.loop();
        this.heldUntil = this.loop.timers().now();
        this.keepAliveAt = heldUntil + loop.sockets().keepAlive().afterMs();
        this.up = new Pipe(client, backend, session, loop);
        this.down = new Pipe(backend, client, session, loop);
        up.back(down);
        down.back(up);
    }

    /** Shows {@code taps} all bytes from now on, and lets them pause reads of both sides. */
    void watched(TcpTaps taps) {
        this.taps = taps;
        up.watched(taps, Direction.FROM_CLIENT);
        down.watched(taps, Direction.FROM_BACKEND);
    }

    /** Counts all bytes from now on. */
    void counted(SessionMeter meter) {
        up.counted(meter.fromClient());
        down.counted(meter.fromBackend());
    }

    /** Handles that hooks allow reads again. */
    void resume() {
        long now = loop.timers().now();
        heldUntil = now;
        up.resumed(now);
        down.resumed(now);
        goOn();
    }

    /** Ends the session at this time of the loop, whatever moves. Call it before the start. */
    void endAt(long ms) {
        endsAt = ms;
    }

    /** The two ends of a session. */
    record Sides(Side client, Side backend) {}

    /**
     * Sends the first bytes, and the client's FIN behind them if it has come.
     *
     * @param sent how many of them have been sent already
     * @return the side that broke, or null
     */
    @Nullable
    Side begin(ByteBuffer first, int sent, boolean clientEnded) {
        long now = loop.timers().now();
        up.moved(sent, now);
        first.position(sent);
        if (first.hasRemaining() && !up.send(first, now)) {
            return backend;
        }
        if (clientEnded) {
            up.end(now);
        }
        goOn();
        return null;
    }

    /**
     * Moves the bytes that can be moved.
     *
     * @return the side that broke, or null
     */
    @Nullable
    Side move(Side side, boolean readable, boolean writable) {
        long now = loop.timers().now();
        Pipe from = side == client ? up : down;
        Pipe into = side == client ? down : up;
        Side broken = null;
        if (writable) {
            broken = into.flush(loop.buffer(), now);
        }
        if (broken == null && readable && !from.waitsForTurn()) {
            broken = from.pump(loop.buffer(), now);
        }
        if (!answered && down.moved() > 0) {
            answered = true;
            session.answered();
        }
        if (broken != null) {
            (broken == client ? up : down).drain(loop.buffer(), now);
            return broken;
        }
        goOn();
        return null;
    }

    @Override
    protected void expired() {
        EndReason over = overLimit();
        if (over != null) {
            session.end(over, true);
        } else {
            keepAliveIfDue();
            checkLater();
        }
    }

    private void keepAliveIfDue() {
        if (keepAliveAt <= loop.timers().now()) {
            keepAliveAt = NO_LIMIT;
            client.keepAlive(limits.stallMs());
            backend.keepAlive(limits.stallMs());
        }
    }

    @Override
    protected void failed() {
        session.end(EndReason.CUT, true);
    }

    /** Releases its bytes and timer; the sides belong to the session. */
    @Override
    public void end() {
        loop.timers().clear(this);
        up.release();
        down.release();
    }

    /**
     * Begins with the client's early bytes, which are released.
     *
     * @param sent how many of them have been sent already
     */
    void start(EarlyBytes early, int sent) {
        Side broken;
        try {
            // The header is no byte of the client's.
            up.moved(-early.headerLength(), loop.timers().now());
            broken = begin(early.forBackend(), sent, early.clientEnded());
        } finally {
            early.end();
        }
        settle(broken);
    }

    @Override
    public void ready(Side side, boolean readable, boolean writable) {
        settle(move(side, readable, writable));
    }

    @Override
    public void resumed() {
        resume();
        settle(null);
    }

    /** Returns the party that has sent its FIN first, of a session that is done. */
    Party endedFirst() {
        return up.hasEndedFirst() ? Party.CLIENT : Party.BACKEND;
    }

    boolean isDone() {
        return up.isFinished() && down.isFinished();
    }

    @Override
    public String label() {
        return "relay";
    }

    /** A header of the proxy's own, which the pipe counts below zero, may not have passed yet. */
    @Override
    public long fromClient() {
        return Math.max(0, up.moved());
    }

    @Override
    public long fromBackend() {
        return down.moved();
    }

    private void settle(@Nullable Side broken) {
        if (broken != null) {
            if (broken == backend && down.moved() == 0) {
                session.resetEarly();
            }
            session.end(broken == client ? EndReason.CLIENT_RESET : EndReason.BACKEND_RESET, true);
        } else if (isDone()) {
            session.end(EndReason.DONE, false);
        }
    }

    private void goOn() {
        if (isDone()) {
            // Both sides close now, which takes them off the loop without a further call.
            return;
        }
        setInterest();
        if (needsCheck()) {
            checkLater();
        }
    }

    private void setInterest() {
        client.interest(up.wantsToRead(), down.wantsToWrite());
        backend.interest(down.wantsToRead(), up.wantsToWrite());
    }

    private void checkLater() {
        long ms = nextCheck();
        if (ms != NO_LIMIT) {
            loop.timers().set(this, ms);
        }
    }

    /** Returns whether other limits apply than at the last check, so that the timer must be set. */
    private boolean needsCheck() {
        int state = (up.wantsToWrite() ? 1 : 0)
                | (down.wantsToWrite() ? 2 : 0)
                | (isHalfClosed() ? 4 : 0)
                | (limits.idleMs() > 0 ? 8 : 0)
                | (isHeld() ? 16 : 0)
                | (endsAt == NO_LIMIT ? 0 : 32)
                | (keepAliveAt == NO_LIMIT ? 0 : 64);
        boolean changed = state != checkedState && state != 0;
        checkedState = state;
        return changed;
    }

    /** Returns the milliseconds until a limit may be exceeded, or {@link #NO_LIMIT}. */
    private long nextCheck() {
        long now = loop.timers().now();
        long due = Math.min(endsAt, keepAliveAt);
        long next = due == NO_LIMIT ? NO_LIMIT : due - now;
        if (up.wantsToWrite()) {
            next = Math.min(next, up.stuckSince() + limits.stallMs() - now);
        }
        if (down.wantsToWrite()) {
            next = Math.min(next, down.stuckSince() + limits.stallMs() - now);
        }
        if (isHeld()) {
            return next == NO_LIMIT ? NO_LIMIT : Math.max(1, next);
        }
        if (isHalfClosed()) {
            next = Math.min(next, lastMoved() + limits.halfCloseMs() - now);
        }
        if (limits.idleMs() > 0) {
            next = Math.min(next, lastMoved() + limits.idleMs() - now);
        }
        return next == NO_LIMIT ? NO_LIMIT : Math.max(1, next);
    }

    /** Returns the limit that is exceeded now, or null. */
    private @Nullable EndReason overLimit() {
        long now = loop.timers().now();
        if (now >= endsAt) {
            return EndReason.MAX_LIFETIME;
        }
        boolean stalled = (up.wantsToWrite() && now - up.stuckSince() >= limits.stallMs())
                || (down.wantsToWrite() && now - down.stuckSince() >= limits.stallMs());
        if (stalled) {
            return EndReason.STALLED;
        }
        if (isHeld()) {
            return null;
        }
        long quiet = now - lastMoved();
        if (isHalfClosed() && quiet >= limits.halfCloseMs()) {
            return EndReason.HALF_CLOSE_TIMEOUT;
        }
        return limits.idleMs() > 0 && quiet >= limits.idleMs() ? EndReason.IDLE : null;
    }

    /** Returns whether hooks pause the reads: the peers' time limits do not apply then. */
    private boolean isHeld() {
        TcpTaps watching = taps;
        return watching != null && watching.isHeld();
    }

    private boolean isHalfClosed() {
        return up.isFinished() || down.isFinished();
    }

    private long lastMoved() {
        return Math.max(heldUntil, Math.max(up.movedAt(), down.movedAt()));
    }
}
