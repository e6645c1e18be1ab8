package dev.refractium.server.it.support;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Overflow;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A hook that holds what it is shown against the bytes that it must be: each direction's, from its start on. */
public final class Watching implements Hook {
    private final Map<Direction, RandomBytes> right;
    private final Overflow overflow;
    private final LinkedBlockingQueue<Watched> opened = new LinkedBlockingQueue<>();

    public Watching(RandomBytes fromClient, RandomBytes fromBackend, Overflow overflow) {
        this.right = Map.of(Direction.FROM_CLIENT, fromClient, Direction.FROM_BACKEND, fromBackend);
        this.overflow = overflow;
    }

    @Override
    public String name() {
        return "watching";
    }

    @Override
    public Set<Direction> bytes() {
        return EnumSet.allOf(Direction.class);
    }

    @Override
    public Overflow overflow() {
        return overflow;
    }

    @Override
    public Tap open(Session session) {
        Watched watched = new Watched(session, right);
        opened.add(watched);
        return watched;
    }

    /** Waits for the next session. */
    public Watched next() throws Exception {
        Watched next = opened.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no session was opened");
        }
        return next;
    }

    /** One session. */
    public static final class Watched implements Tap {
        public final Session session;
        private final Map<Direction, RandomBytes> right;
        private final Map<Direction, Long> at = new EnumMap<>(Direction.class);
        private final Map<Direction, Long> lost = new EnumMap<>(Direction.class);
        private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<SessionEnd> end = new CompletableFuture<>();

        private Watched(Session session, Map<Direction, RandomBytes> right) {
            this.session = session;
            this.right = right;
            for (Direction direction : Direction.values()) {
                at.put(direction, 0L);
                lost.put(direction, 0L);
            }
        }

        @Override
        public void data(Chunk chunk) {
            Direction direction = chunk.direction();
            long expected = at.getOrDefault(direction, 0L);
            if (chunk.offset() != expected) {
                wrong.add(direction + " at " + chunk.offset() + " instead of " + expected);
            }
            if (!Objects.requireNonNull(right.get(direction)).are(chunk.bytes(), chunk.offset())) {
                wrong.add(direction + " has foreign bytes at " + chunk.offset());
            }
            at.merge(direction, (long) chunk.bytes().remaining(), Long::sum);
        }

        @Override
        public void lost(Direction direction, long bytes) {
            at.merge(direction, bytes, Long::sum);
            lost.merge(direction, bytes, Long::sum);
        }

        @Override
        public void closed(SessionEnd how) {
            end.complete(how);
        }

        /** Waits for the end. */
        public SessionEnd end() throws Exception {
            return end.get(30, TimeUnit.SECONDS);
        }

        /** Delivered and lost of a direction, after the end. */
        public long seen(Direction direction) {
            return at.getOrDefault(direction, 0L);
        }

        public long lost(Direction direction) {
            return lost.getOrDefault(direction, 0L);
        }

        /** Returns what was out of order; empty if nothing was. */
        public List<String> wrong() {
            return List.copyOf(wrong);
        }
    }
}
