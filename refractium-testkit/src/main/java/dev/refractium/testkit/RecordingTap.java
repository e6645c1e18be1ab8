package dev.refractium.testkit;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tap that remembers what it was told, and what its host did wrong. Any thread may ask it.
 */
public class RecordingTap implements Tap {
    private final Map<Direction, ByteArrayOutputStream> bytes = new EnumMap<>(Direction.class);
    private final Map<Direction, Long> lost = new EnumMap<>(Direction.class);
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private @Nullable SessionEnd end;
    private boolean busy;

    /** A tap that has heard nothing. */
    public RecordingTap() {
        for (Direction direction : Direction.values()) {
            bytes.put(direction, new ByteArrayOutputStream());
            lost.put(direction, 0L);
        }
    }

    @Override
    public void data(Chunk chunk) {
        enter("data " + chunk.direction() + " " + chunk.bytes().remaining());
        take(chunk);
        leave();
    }

    @Override
    public void lost(Direction direction, long bytes) {
        enter("lost " + direction + " " + bytes);
        lose(direction, bytes);
        leave();
    }

    @Override
    public void closed(SessionEnd end) {
        enter("closed " + end.cause());
        ended(end);
        leave();
    }

    /** All bytes that came in a direction, one after the other. */
    public synchronized byte[] bytes(Direction direction) {
        return stream(direction).toByteArray();
    }

    /** How many bytes of a direction were reported lost. */
    public synchronized long lost(Direction direction) {
        return lost.getOrDefault(direction, 0L);
    }

    /** The chunks, as they came. */
    public synchronized List<Chunk> chunks() {
        return List.copyOf(chunks);
    }

    /** Every call in its order: {@code data FROM_CLIENT 5}, {@code lost FROM_BACKEND 100}, {@code closed done}. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** How the session ended; empty until it has. */
    public synchronized Optional<SessionEnd> end() {
        return Optional.ofNullable(end);
    }

    /**
     * What a host must not do and did: calls at the same time or after the end, a gap that nobody reported, bytes that
     * can be written to, times that run backwards. Empty for a good one.
     */
    public synchronized List<String> broken() {
        return List.copyOf(broken);
    }

    private synchronized void enter(String call) {
        if (busy) {
            broken.add(call + " while another call runs");
        }
        if (end != null) {
            broken.add(call + " after the end");
        }
        busy = true;
        calls.add(call);
    }

    private synchronized void leave() {
        busy = false;
    }

    private synchronized void take(Chunk chunk) {
        ByteBuffer given = chunk.bytes();
        Direction direction = chunk.direction();
        long expected = stream(direction).size() + lost(direction);
        if (chunk.offset() != expected) {
            broken.add(direction + " goes on at " + chunk.offset() + " instead of " + expected);
        }
        if (!given.isReadOnly()) {
            broken.add("bytes that can be written to");
        }
        if (!chunks.isEmpty()
                && chunk.at().isBefore(chunks.get(chunks.size() - 1).at())) {
            broken.add("a chunk of " + chunk.at() + " after a later one");
        }
        byte[] copy = new byte[given.remaining()];
        given.get(copy);
        stream(direction).writeBytes(copy);
        chunks.add(chunk);
    }

    private synchronized void lose(Direction direction, long bytes) {
        lost.merge(direction, bytes, Long::sum);
    }

    private synchronized void ended(SessionEnd end) {
        this.end = end;
    }

    private ByteArrayOutputStream stream(Direction direction) {
        return bytes.computeIfAbsent(direction, any -> new ByteArrayOutputStream());
    }
}
