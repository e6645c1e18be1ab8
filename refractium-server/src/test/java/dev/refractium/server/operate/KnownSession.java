package dev.refractium.server.operate;

import dev.refractium.api.Transport;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Session;
import dev.refractium.server.session.SessionMeter;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A live session that does nothing. */
record KnownSession(
        long id,
        long ageMs,
        SessionMeter meter,
        long generation,
        @Nullable String route,
        Way way) implements Session {
    private static final Way NOWHERE = new Way(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), null, 0);

    /** Where it comes from and goes to, and what it has moved each way. */
    record Way(InetSocketAddress client, @Nullable Target target, long bytes) {
        static Way of(String client, String backend, long bytes) {
            Source source = new Source(backend, 80, Transport.TCP);
            source.resolved(List.of(new InetSocketAddress(backend, 80).getAddress()));
            return new Way(new InetSocketAddress(client, 5), source.targets().get(0), bytes);
        }
    }

    KnownSession(long id, long ageMs, Transport transport, long generation, @Nullable String route) {
        this(id, ageMs, new Sessions().meters().listener(transport, "default").undecided(), generation, route, NOWHERE);
    }

    @Override
    public Transport transport() {
        return meter.protocol().listener().transport();
    }

    @Override
    public InetSocketAddress client() {
        return way.client();
    }

    @Override
    public @Nullable InetSocketAddress local() {
        return null;
    }

    @Override
    public String stageName() {
        return "relay";
    }

    @Override
    public @Nullable Target target() {
        return way.target();
    }

    @Override
    public long fromClient() {
        return way.bytes();
    }

    @Override
    public long fromBackend() {
        return way.bytes();
    }

    @Override
    public boolean closesWithBackend() {
        return false;
    }

    @Override
    public boolean leave(Predicate<Target> some, EndReason why) {
        return false;
    }

    @Override
    public void cut(EndReason why) {}
}
