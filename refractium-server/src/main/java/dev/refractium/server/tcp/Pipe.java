package dev.refractium.server.tcp;

import dev.refractium.api.Direction;
import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a session: what one side reads is written to the other. It holds bytes only while the sink takes
 * fewer than the source gave, and reads no more than the sink may then leave it holding. Loop thread only.
 */
final class Pipe extends RelayMemory.Waiter implements BulkTurns.Turn {
    /** How much is read at first, and again after the sink has proved slow. */
    private static final int FIRST_ALLOWANCE = 16 << 10;

    /** So many reads a turn, which then is over: others wait. */
    private static final int READS_A_TURN = 4;

    /** A source that has less than this to say is one that answers are waited for. */
    private static final int LITTLE = 4 << 10;

    /** So much of what is held is offered at a time: a slow sink takes little of it, and the rest was copied in vain. */
    private static final int OFFER = 64 << 10;

    private static final byte[] NOTHING = new byte[0];
    private static final long NOT_STUCK = Long.MAX_VALUE;

    private final Side source;
    private final Side sink;
    private final Side.Owner owner;
    private final RelayMemory memory;
    private final BulkTurns turns;

    /** What the sink did not take; empty if nothing. */
    private byte[] pending = NOTHING;

    /** How much of it has been taken since. */
    private int taken;

    /** Who watches; null if nobody does. */
    private @Nullable TcpTaps taps;

    private Direction direction = Direction.FROM_CLIENT;
    private int allowance = FIRST_ALLOWANCE;
    private @Nullable Pipe back;
    private boolean queued;
    private boolean myTurn;

    /** There was no memory to read with, so that the sink must first say that it has room, or others give theirs back. */
    private boolean starved;

    /** Since when the sink has taken nothing of what there is for it, in the loop's milliseconds; or {@link #NOT_STUCK}. */
    private long stuckSince = NOT_STUCK;

    private boolean ended;
    private boolean finished;
    private boolean refused;
    private long moved;
    private long movedAt;

    /** @param owner is told that the source is ready when it is its turn to move bulk */
    Pipe(Side source, Side sink, Side.Owner owner, TcpLoop loop) {
        this.source = source;
        this.sink = sink;
        this.owner = owner;
        this.memory = loop.relayMemory();
        this.turns = loop.bulkTurns();
        this.movedAt = loop.loop().timers().now();
    }

    /** Whether it moves much at a time, and waits for its turn, so that others need not wait for it. */
    boolean waitsForTurn() {
        if (allowance < BulkTurns.SHARED_READ || myTurn) {
            return false;
        }
        if (queued) {
            turns.schedule();
        } else {
            queued = true;
            turns.await(this);
        }
        return true;
    }

    @Override
    public void take() {
        queued = false;
        readNow();
    }

    /** The sink need not say first that it has room; if it has none, it has been stuck all the while. */
    @Override
    void memoryReturned() {
        starved = false;
        readNow();
        if (!isPending() && !starved) {
            stuckSince = NOT_STUCK;
        }
    }

    /** From now on {@code taps} are shown what is read. */
    void watched(TcpTaps taps, Direction direction) {
        this.taps = taps;
        this.direction = direction;
    }

    /** The other direction of the same session. */
    void back(Pipe other) {
        back = other;
    }

    /**
     * Reads from the source and writes to the sink until one of them has enough.
     *
     * @param buffer the loop's
     * @return the side that broke, or null
     */
    @Nullable
    Side pump(ByteBuffer buffer, long now) {
        int reads = turns.isShared(now) ? 1 : READS_A_TURN;
        for (int i = 0; i < reads && wantsToRead(); i++) {
            int most = memory.grant(turns.limit(allowance, now));
            if (most == 0) {
                starve(now);
                return null;
            }
            int read = source.read(buffer.clear().limit(most));
            Side broken = pass(read, buffer, now);
            if (broken != null || read < most) {
                return broken;
            }
        }
        return null;
    }

    /**
     * Passes on what the source, which broke, has left, as far as the sink takes it at once: an answer may lie in front
     * of a reset. No FIN, even if the source seems to end: what follows is a reset.
     */
    void drain(ByteBuffer buffer, long now) {
        while (!isPending() && !ended && !refused) {
            int read = source.read(buffer.clear());
            if (read <= 0) {
                return;
            }
            show(buffer.flip());
            if (sink.write(buffer) < read) {
                return;
            }
            moved(read, now);
        }
    }

    /**
     * Writes {@code bytes} to the sink, and keeps a copy of what it does not take.
     *
     * @return false if the sink broke
     */
    boolean send(ByteBuffer bytes, long now) {
        int length = bytes.remaining();
        if (sink.write(bytes) == Side.BROKEN) {
            refused = true;
            return false;
        }
        moved(length, now);
        int rest = bytes.remaining();
        if (rest < length || stuckSince == NOT_STUCK) {
            stuckSince = rest > 0 ? now : NOT_STUCK;
        }
        if (rest > 0) {
            pending = new byte[rest];
            bytes.get(pending);
            memory.take(rest);
            allowance = FIRST_ALLOWANCE;
        } else if (length >= allowance && allowance < bytes.capacity()) {
            allowance *= 2;
        }
        return true;
    }

    /** So many bytes have moved. */
    void moved(int bytes, long now) {
        moved += bytes;
        movedAt = now;
    }

    /**
     * The sink has room: writes on what is pending, or reads what there was no memory for.
     *
     * @param buffer the loop's
     * @return the side that broke, or null
     */
    @Nullable
    Side flush(ByteBuffer buffer, long now) {
        if (starved && !isHeld()) {
            feed();
            return pass(source.read(buffer.clear().limit(RelayMemory.SMALL_READ)), buffer, now);
        }
        if (!isPending()) {
            return null;
        }
        int offered = Math.min(pending.length - taken, OFFER);
        int written = sink.write(buffer.clear().put(pending, taken, offered).flip());
        if (written == Side.BROKEN) {
            release();
            refused = true;
            return sink;
        }
        taken += written;
        if (written > 0) {
            movedAt = now;
            stuckSince = now;
        }
        if (taken == pending.length) {
            release();
            finishIfDrained(now);
        }
        return null;
    }

    /** The source has sent its FIN; it is passed on behind what is pending. */
    void end(long now) {
        ended = true;
        finishIfDrained(now);
    }

    /** Those who watch let it be read again: the sink was not asked meanwhile whether it has room. */
    void resumed(long now) {
        if (starved) {
            stuckSince = now;
        }
    }

    /** Lets go of what is pending, and of its place among those that wait for memory. */
    void release() {
        memory.forget(this);
        int held = pending.length;
        if (held > 0) {
            pending = NOTHING;
            taken = 0;
            stuckSince = NOT_STUCK;
            memory.give(held);
        }
    }

    boolean wantsToRead() {
        return !isPending() && !ended && !refused && !starved && !isHeld();
    }

    /** Whether it is to be told when the sink has room: the sink is stuck if it has none for long. */
    boolean wantsToWrite() {
        return isPending() || (starved && !isHeld());
    }

    boolean isPending() {
        return pending.length > 0;
    }

    /** Whether the source's FIN has been passed on. */
    boolean isFinished() {
        return finished;
    }

    /** Bytes that were read, those pending included. */
    long moved() {
        return moved;
    }

    /** When a byte or the FIN last moved, in the loop's milliseconds. */
    long movedAt() {
        return movedAt;
    }

    /** Since when the sink has taken nothing, in the loop's milliseconds, where {@link #wantsToWrite}. */
    long stuckSince() {
        return stuckSince;
    }

    private void readNow() {
        myTurn = true;
        owner.ready(source, true, false);
        myTurn = false;
    }

    private void starve(long now) {
        starved = true;
        if (stuckSince == NOT_STUCK) {
            stuckSince = now;
        }
        memory.await(this);
    }

    private void feed() {
        starved = false;
        stuckSince = NOT_STUCK;
        memory.forget(this);
    }

    /** What the source had to say, in {@code buffer} or by {@code read}, goes on to the sink. */
    private @Nullable Side pass(int read, ByteBuffer buffer, long now) {
        if (read == Side.BROKEN) {
            return source;
        }
        if (read == Side.END) {
            end(now);
        } else if (read > 0) {
            if (read < LITTLE) {
                saidLittle(now);
            }
            show(buffer.flip());
            return send(buffer, now) ? null : sink;
        }
        return null;
    }

    /** The request for a download and the rest of an upload are little too, but not by themselves: nobody waits for them. */
    private void saidLittle(long now) {
        allowance = Math.max(FIRST_ALLOWANCE, allowance / 2);
        boolean bulk = allowance > FIRST_ALLOWANCE || (back != null && back.allowance > FIRST_ALLOWANCE);
        if (!bulk) {
            turns.little(now);
        }
    }

    private void show(ByteBuffer bytes) {
        TcpTaps watching = taps;
        if (watching != null) {
            watching.data(direction, bytes);
        }
    }

    /** Whether those who watch keep it from reading. */
    private boolean isHeld() {
        TcpTaps watching = taps;
        return watching != null && watching.isHeld();
    }

    private void finishIfDrained(long now) {
        if (ended && !isPending() && !finished) {
            finished = true;
            movedAt = now;
            if (back == null || !back.finished) {
                // The second FIN goes out with the sockets' close.
                sink.shutdownOutput();
            }
        }
    }
}
