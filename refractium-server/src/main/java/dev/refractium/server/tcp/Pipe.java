package dev.refractium.server.tcp;

import dev.refractium.api.Direction;
import dev.refractium.server.socket.Side;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a session: what one side reads is written to the other. It holds bytes only while the sink takes
 * fewer than the source gave, and reads no more than the sink may then leave it holding. Loop thread only.
 */
final class Pipe extends Backlog implements BulkTurns.Turn {
    /** How much is read at first, and again after the sink has proved slow. */
    private static final int FIRST_ALLOWANCE = 16 << 10;

    /** At most this many reads per turn, so that other sessions get theirs. */
    private static final int READS_A_TURN = 4;

    /** A source that has less than this to say is one that answers are waited for. */
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

    private boolean ended;
    private boolean finished;
    private boolean refused;
    private long moved;
    private long movedAt;

    /** @param owner is told that the source is ready when it is its turn to move bulk */
    Pipe(Side source, Side sink, Side.Owner owner, TcpLoop loop) {
        super(loop.relayMemory());
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
        fed();
        readNow();
        if (!isPending() && !isStarved()) {
            notStuck();
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
        keep(bytes, length, now);
        if (isPending()) {
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

    /** The source has sent its FIN; it is passed on behind what is pending. */
    void end(long now) {
        ended = true;
        finishIfDrained(now);
    }

    /** Those who watch let it be read again: the sink was not asked meanwhile whether it has room. */
    void resumed(long now) {
        askedAnew(now);
    }

    boolean wantsToRead() {
        return !isPending() && !ended && !refused && !isStarved() && !isHeld();
    }

    /** Whether it is to be told when the sink has room: the sink is stuck if it has none for long. */
    boolean wantsToWrite() {
        return isPending() || (isStarved() && !isHeld());
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

    private void readNow() {
        myTurn = true;
        owner.ready(source, true, false);
        myTurn = false;
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
