package dev.refractium.testkit;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Party;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.SessionStage;
import dev.refractium.api.Tap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session under the eyes of one hook, called as the host calls it, but on the test's own thread: what a tap throws
 * comes out here. It gives what the hook asked for, {@link Hook#bytes()} and {@link Hook#firstBytes()}, and nothing else,
 * and has the hook flush after each call.
 * Each call is one millisecond later than the one before.
 */
public final class Tapping {
    private static final Duration STEP = Duration.ofMillis(1);

    private final Hook hook;
    private final Instant began;
    private final @Nullable Tap tap;
    private final Map<Direction, Long> read = new EnumMap<>(Direction.class);
    private final Duration toRoute;
    private Duration now = STEP;
    private @Nullable Duration toConnect;
    private @Nullable Duration toFirstByte;

    private Tapping(Hook hook, Session session) {
        this.hook = hook;
        this.began = session.began();
        this.toRoute = now;
        this.tap = hook.open(session);
    }

    /** The session has found its route, and the hook is asked for a tap. */
    public static Tapping open(Hook hook, Session session) {
        return new Tapping(hook, session);
    }

    /** A session has been refused, and the hook is notified if it asks for such; then it may flush. */
    public static void refuse(Hook hook, Session session, String reason) {
        if (hook.refusals()) {
            hook.refused(session, new End(reason, Party.PROXY, Map.of(), new Times(STEP, null, null, STEP)));
            hook.flush();
        }
    }

    /** Whether the hook watches the session. */
    public boolean isTapped() {
        return tap != null;
    }

    /** A backend has been connected; the session itself is to be told by {@link FakeSession#backend}. */
    public Tapping connected() {
        toConnect = step();
        return this;
    }

    /** The client has sent bytes: a piece of its stream, or a datagram. Each character is the byte of the same number. */
    public Tapping fromClient(String bytes) {
        return data(Direction.FROM_CLIENT, latin(bytes));
    }

    /** The backend has answered, as in {@link #fromClient}. */
    public Tapping fromBackend(String bytes) {
        return data(Direction.FROM_BACKEND, latin(bytes));
    }

    /** The proxy has read bytes. The array is copied. */
    public Tapping data(Direction direction, byte[] bytes) {
        Duration at = step();
        if (direction == Direction.FROM_BACKEND && toFirstByte == null) {
            toFirstByte = at;
        }
        long offset = count(direction, bytes.length);
        if (tap != null && isWanted(direction, offset)) {
            tap.data(new Piece(direction, bytes.clone(), offset, began.plus(at)));
            hook.flush();
        }
        return this;
    }

    /** The proxy has read bytes that the hook was too slow for. */
    public Tapping lost(Direction direction, long bytes) {
        step();
        long offset = count(direction, bytes);
        if (tap != null && isWanted(direction, offset)) {
            tap.lost(direction, bytes);
            hook.flush();
        }
        return this;
    }

    /** The proxy has ended the session. */
    public SessionEnd end(String cause) {
        return end(cause, Party.PROXY);
    }

    /** A party has ended the session. */
    public SessionEnd end(String cause, Party by) {
        SessionEnd end = new End(cause, by, Map.copyOf(read), new Times(toRoute, toConnect, toFirstByte, step()));
        if (tap != null) {
            tap.closed(end);
            hook.flush();
        }
        return end;
    }

    private boolean isWanted(Direction direction, long offset) {
        return hook.bytes().contains(direction) && offset < hook.firstBytes();
    }

    private long count(Direction direction, long bytes) {
        long before = read.getOrDefault(direction, 0L);
        read.put(direction, before + bytes);
        return before;
    }

    private Duration step() {
        now = now.plus(STEP);
        return now;
    }

    private static byte[] latin(String bytes) {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A chunk; the array is its own. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Piece(Direction direction, byte[] content, long offset, Instant at) implements Chunk {
        @Override
        public ByteBuffer bytes() {
            return ByteBuffer.wrap(content).asReadOnlyBuffer();
        }
    }

    private record Times(
            Duration toRoute,
            @Nullable Duration toConnect,
            @Nullable Duration toFirstByte,
            Duration toEnd) {
        /** Returns whether the session has ended before it had a route. */
        boolean isRefused() {
            return toRoute.equals(toEnd);
        }

        Duration dial() {
            return (toConnect == null ? toEnd : toConnect).minus(toRoute);
        }
    }

    /** An end in the relay if a backend was connected, at the first attempt, else in the dial. */
    private record End(String cause, Party endedBy, Map<Direction, Long> read, Times times) implements SessionEnd {
        @Override
        public Optional<SessionStage> stage() {
            if (times.isRefused()) {
                return Optional.of(SessionStage.PEEK);
            }
            return Optional.of(times.toConnect() == null ? SessionStage.DIAL : SessionStage.RELAY);
        }

        @Override
        public Optional<Duration> in(SessionStage stage) {
            return switch (stage) {
                case PROXY_HEADER, QUEUE -> Optional.empty();
                case PEEK -> Optional.of(times.toRoute());
                case DIAL -> times.isRefused() ? Optional.empty() : Optional.of(times.dial());
                case RELAY -> toConnect().map(times.toEnd()::minus);
            };
        }

        @Override
        public int attempts() {
            return times.isRefused() ? 0 : 1;
        }

        @Override
        public long bytes(Direction direction) {
            return read.getOrDefault(direction, 0L);
        }

        @Override
        public Duration toRoute() {
            return times.toRoute();
        }

        @Override
        public Optional<Duration> toConnect() {
            return Optional.ofNullable(times.toConnect());
        }

        @Override
        public Optional<Duration> toFirstByte() {
            return Optional.ofNullable(times.toFirstByte());
        }

        @Override
        public Duration toEnd() {
            return times.toEnd();
        }
    }
}
