package dev.refractium.server.hook;

import static java.util.Objects.requireNonNull;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A test that has hooks with threads of their own, and sessions that they watch. */
abstract class TapsTesting {
    static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 40_000);
    static final InetSocketAddress LISTENER = new InetSocketAddress("192.0.2.80", 443);

    private final List<LiveHook> started = new ArrayList<>();

    @AfterEach
    void closeHooks() throws Exception {
        for (LiveHook hook : started) {
            hook.close(Duration.ZERO).get(30, TimeUnit.SECONDS);
        }
    }

    LiveHook start(Hook hook) {
        return start(hook, LiveHook.MEMORY);
    }

    LiveHook start(Hook hook, long memory) {
        LiveHook live = LiveHook.start("test", hook, memory);
        started.add(live);
        return live;
    }

    static Taps open(LiveHook... hooks) {
        return requireNonNull(Taps.open(List.of(hooks), opening("s1", Transport.TCP), null));
    }

    static @Nullable Taps openIfWatched(LiveHook hook, @Nullable ReadControl reading) {
        return Taps.open(List.of(hook), opening("s1", Transport.TCP), reading);
    }

    static SessionFacts opening(String id, Transport transport) {
        return new SessionFacts(
                id,
                new SessionFacts.Arrival(transport, CLIENT, CLIENT, LISTENER, "edge", 7),
                "http",
                Map.of("host", List.of("a.test")),
                new SessionFacts.Destination("web", "pool:web", "match", Optional::empty),
                new SessionFacts.Times(System.nanoTime(), -1, 0));
    }

    static void bring(Taps taps, Direction direction, byte[] bytes) {
        taps.data(direction, ByteBuffer.wrap(bytes));
    }
}
