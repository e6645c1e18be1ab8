package dev.refractium.server.hook;

import dev.refractium.api.Session;
import dev.refractium.api.Transport;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session as its hooks see it. */
final class SessionView implements Session {
    private final SessionFacts opening;
    private final Instant began;

    /** Written once, by the session's loop, and read by the hooks' threads. */
    private volatile @Nullable SocketAddress backend;

    SessionView(SessionFacts opening, Instant began) {
        this.opening = opening;
        this.began = began;
    }

    void connected(SocketAddress to) {
        backend = to;
    }

    @Override
    public String id() {
        return opening.id();
    }

    @Override
    public Transport transport() {
        return opening.transport();
    }

    @Override
    public SocketAddress client() {
        return opening.client();
    }

    @Override
    public SocketAddress peer() {
        return opening.peer();
    }

    @Override
    public SocketAddress listener() {
        return opening.listener();
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
        return opening.route();
    }

    @Override
    public String why() {
        return opening.why();
    }

    @Override
    public Optional<String> mapLine() {
        return opening.mapLine().get();
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
