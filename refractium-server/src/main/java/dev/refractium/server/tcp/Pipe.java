package dev.refractium.server.tcp;

import dev.refractium.api.Direction;
import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a session: reads from one side and writes to the other. It holds bytes only while the sink takes fewer
 * than the source gave, and reads no more than it may hold then. Loop thread only.
 */
final class Pipe extends Backlog implements BulkTurns.Turn {
    /** How many bytes are read at first, and again after the sink was slow. */
    private static final int FIRST_ALLOWANCE = 16 << 10;

    /** At most this many reads per turn, so that other sessions get theirs. */
    private static final int READS_A_TURN = 4;

    /** A read of fewer bytes is part of a small exchange, whose peers wait for answers. */
    private static final int LITTLE = 4 << 10;

    private final Side source;
    private final Side sink;
    private final Side.Owner owner;
    private final RelayMemory memory;
    private final BulkTurns turns;

    /** Hooks of this session; null if it has none. */
    private @Nullable TcpTaps taps;

    private Direction direction = Direction.FROM_CLIENT;
    private int allowance = FIRST_ALLOWANCE;
    private @Nullable Pipe back;
    private boolean queued;
    private boolean myTurn;

    /** The counter of the bytes of all sessions of one route; null if there is none. */
    private @Nullable LongAdder counter;

    private boolean ended;

    /** Whether the source has ended before that of the other direction. */
    private boolean endedFirst;

    private boolean finished;
    private boolean refused;
    private long moved;
    private long movedAt;

    /** @param owner is notified that the source is ready when it is this pipe's turn to move bulk */
    Pipe(Side source, Side sink, Side.Owner owner, TcpLoop loop) {
        super(loop.relayMemory());
        this.source = source;
        this.sink = sink;
        this.owner = owner;
        this.memory = loop.relayMemory();
        this.turns = loop.bulkTurns();
        this.movedAt = loop.loop().timers().now();
    }

    /** Returns whether the pipe moves bulk and waits for its turn, so that other sessions need not wait for it. */
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

    /** Reads before the sink has reported room; a sink that has none has been stuck all the while. */
    @Override
    void memoryReturned() {
        fed();
        readNow();
        if (!isPending() && !isStarved()) {
            notStuck();
        }
    }

    /** Shows {@code taps} all bytes that are read from now on. */
    void watched(TcpTaps taps, Direction direction) {
        this.taps = taps;
        this.direction = direction;
    }

    /** Counts all bytes that move from now on, but for a header of the proxy's own. */
    void counted(LongAdder bytes) {
        counter = bytes;
    }

    /** Sets the other direction of the same session. */
    void back(Pipe other) {
        back = other;
    }

    /**
     * Reads from the source and writes to the sink until the source is empty, the sink is full or the turn is over.
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
     * Passes on the remaining bytes of a source that broke, as far as the sink takes them at once: an answer may precede a
     * reset. Passes on no FIN, even if the source seems to end, since a reset follows.
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
     * Writes {@code bytes} to the sink, and keeps a copy of those that it does not take.
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
        keep(bytes, length, now);
        if (isPending()) {
            allowance = FIRST_ALLOWANCE;
        } else if (length >= allowance && allowance < bytes.capacity()) {
            allowance *= 2;
        }
        return true;
    }

    /** Counts {@code bytes} that have moved. */
    void moved(int bytes, long now) {
        long before = moved;
        moved += bytes;
        movedAt = now;
        LongAdder counted = counter;
        if (counted != null) {
            // Below zero until a header of the proxy's own has passed.
            counted.add(before >= 0 && bytes >= 0 ? bytes : Math.max(0, moved) - Math.max(0, before));
        }
    }

    /**
     * Handles that the sink has room: writes the pending bytes, or reads those that lacked memory.
     *
     * @param buffer the loop's
     * @return the side that broke, or null
     */
    @Nullable
    Side flush(ByteBuffer buffer, long now) {
        if (isStarved() && !isHeld()) {
            feed();
            return pass(source.read(buffer.clear().limit(RelayMemory.SMALL_READ)), buffer, now);
        }
        if (!isPending()) {
            return null;
        }
        int written = offer(sink, buffer, now);
        if (written == Side.BROKEN) {
            refused = true;
            return sink;
        }
        if (written > 0) {
            movedAt = now;
        }
        finishIfDrained(now);
        return null;
    }

    /** Handles the source's FIN, which is passed on behind the pending bytes. */
    void end(long now) {
        ended = true;
        endedFirst = back == null || !back.ended;
        finishIfDrained(now);
    }

    /** Handles that hooks allow reads again: the sink was not asked for room meanwhile. */
    void resumed(long now) {
        askedAnew(now);
    }

    boolean wantsToRead() {
        return !isPending() && !ended && !refused && !isStarved() && !isHeld();
    }

    /** Returns whether the pipe waits for the sink to have room: a sink without room for long is stuck. */
    boolean wantsToWrite() {
        return isPending() || (isStarved() && !isHeld());
    }

    /** Returns whether the source's FIN has been passed on. */
    boolean isFinished() {
        return finished;
    }

    /** Returns whether the source has sent its FIN before that of the other direction. */
    boolean hasEndedFirst() {
        return endedFirst;
    }

    /** Returns the number of bytes that were read, including the pending ones. */
    long moved() {
        return moved;
    }

    /** Returns when a byte or the FIN last moved, in the loop's milliseconds. */
    long movedAt() {
        return movedAt;
    }

    private void readNow() {
        myTurn = true;
        owner.ready(source, true, false);
        myTurn = false;
    }

    /** Passes the result of a read, {@code read} and the bytes in {@code buffer}, on to the sink. */
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

    /** Marks the loop as shared, unless the session moves bulk: a download's request and an upload's end are little too. */
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

    /** Returns whether hooks pause the reads. */
    private boolean isHeld() {
        TcpTaps watching = taps;
        return watching != null && watching.isHeld();
    }

    private void finishIfDrained(long now) {
        if (ended && !isPending() && !finished) {
            finished = true;
            movedAt = now;
            if (back == null || !back.finished) {
                // The second FIN is sent when the sockets close.
                sink.shutdownOutput();
            }
        }
    }
}
