package dev.refractium.server.hook;

import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.Transport;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** A session as its hooks see it. */
@SuppressWarnings("EnumOrdinal") // the index of an array that lives no longer than the session
final class SessionView implements Session {
    private final SessionFacts opening;
    private final Instant began;

    /** Written once, by the session's loop, and read by the hooks' threads. */
    private volatile @Nullable SocketAddress backend;

    /** The bytes of each direction: written by the session's loop alone, without a fence, and read by any thread. */
    private final AtomicLongArray read = new AtomicLongArray(Direction.values().length);

    SessionView(SessionFacts opening, Instant began) {
        this.opening = opening;
        this.began = began;
    }

    void connected(SocketAddress to) {
        backend = to;
    }

    /** Counts bytes that were read. On the session's loop. */
    void read(Direction direction, int bytes) {
        read.setOpaque(direction.ordinal(), bytes(direction) + bytes);
    }

    @Override
    public long bytes(Direction direction) {
        return read.getOpaque(direction.ordinal());
    }

    @Override
    public String id() {
        return opening.id();
    }

    @Override
    public Transport transport() {
        return opening.arrival().transport();
    }

    @Override
    public SocketAddress client() {
        return opening.arrival().client();
    }

    @Override
    public SocketAddress peer() {
        return opening.arrival().peer();
    }

    @Override
    public SocketAddress listener() {
        return opening.arrival().listener();
    }

    @Override
    public String listenerName() {
        return opening.arrival().listenerName();
    }

    @Override
    public long generation() {
        return opening.arrival().generation();
    }

    @Override
    public String protocol() {
        return opening.protocol();
    }

    @Override
    public Map<String, List<String>> attributes() {
        return opening.attributes();
    }

    @Override
    public String route() {
        return opening.destination().route();
    }

    @Override
    public String pool() {
        return opening.destination().pool();
    }

    @Override
    public String why() {
        return opening.destination().why();
    }

    @Override
    public Optional<String> mapLine() {
        return opening.destination().mapLine().get();
    }

    @Override
    public Optional<SocketAddress> backend() {
        return Optional.ofNullable(backend);
    }

    @Override
    public Instant began() {
        return began;
    }
}
