package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.generation.SessionLimits;
import dev.refractium.server.generation.SessionLimits.UdpLimits;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.Closer;
import dev.refractium.server.net.DescriptorLimit;
import dev.refractium.server.net.DirectMemory;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.route.DatagramRules;
import dev.refractium.server.route.Route;
import dev.refractium.server.route.RouteLimits;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.route.SourceRule;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.socket.UdpSocket;
import dev.refractium.server.udp.UdpListeners;
import dev.refractium.server.udp.UdpServices;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.BalanceRules;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.SendProxy;
import dev.refractium.server.upstream.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves UDP sessions of the process with itself, so that the JVM compiles the code of new sessions before clients need
 * it: in a fresh process a session costs several times as much. The server's protocols identify them. They have a loop,
 * counters, a listener and a backend of their own, on 127.0.0.1, so that nothing of the server shows them. Loop thread
 * only, except for {@link #run(Generation, Loops)}.
 */
final class UdpWarmUp {
    /** The delay after the start: clients that wait for the server to listen have been served by then. */
    static final long AFTER_MS = 500;

    /** The launcher has the JVM compile a method after 800 calls at first. */
    private static final int SESSIONS = 3_000;

    /** The number of sessions between two pauses, in which clients and the compiler get the processor. */
    private static final int BURST = 16;

    private static final long PAUSE_MS = 1;

    /** The longest time that the sessions may take together. */
    private static final long MOST_MS = 1_000;

    /** No client begins while this many are without an answer. */
    private static final int UNANSWERED = 64;

    /** The most sessions that may be alive. Most of them then end by their timers, as those of clients do. */
    private static final int PLACES = 512;

    /** The sessions take some 600 descriptors, which must not be missing elsewhere. */
    private static final int FREE_DESCRIPTORS = 4_096;

    private static final int DATAGRAMS_A_TURN = 64;

    /** A DNS question for the address of {@code warm-up.test}: no protocol has more sessions (RFC 1035, 4.1). */
    private static final byte[] QUESTION =
            HexFormat.of().parseHex("2a2a01000001000000000000077761726d2d757004746573740000010001");

    private static final Logger log = LoggerFactory.getLogger(UdpWarmUp.class);

    private final Loops loops;
    private final Loop loop;
    private final Sockets sockets;
    private final Sessions sessions = new Sessions();

    /** What the loop closes before it ends: a loop that ends at once may leave its sockets open. */
    private final Closer opened = new Closer();

    /** The clients without an answer. */
    private final Set<UdpSocket> clients = new HashSet<>();

    private final CountDownLatch over = new CountDownLatch(1);
    private final ByteBuffer question = ByteBuffer.allocateDirect(QUESTION.length);
    private boolean stopped;
    private int asked;

    /** Counted by the loop, read at the end. */
    private final AtomicInteger answered = new AtomicInteger();

    private UdpWarmUp(Loops loops) {
        this.loops = loops;
        this.loop = loops.udp();
        this.sockets = Sockets.of(loops.io());
    }

    /**
     * Runs the sessions, which takes a second at most. Does nothing if no route takes UDP sessions, if the process is
     * short of descriptors or memory, or if the log would show the sessions, at debug level.
     *
     * @param model has the limits and the protocols, which stay open meanwhile
     * @param server the loops that serve clients
     * @return how many sessions were answered
     */
    static int run(Generation model, Loops server) {
        Optional<RouteTable> routes = routes(model);
        if (routes.isEmpty()
                || !hasRoom(server)
                || LoggerFactory.getLogger(Sessions.class).isDebugEnabled()) {
            return 0;
        }
        try (Loops loops = Loops.ofUdp(server.io(), "refractium-warm-up")) {
            UdpWarmUp warmUp = new UdpWarmUp(loops);
            warmUp.loop.execute(() -> warmUp.begin(model, routes.get()));
            warmUp.await();
            return warmUp.answered.get();
        } catch (RuntimeException | Error e) {
            log.debug("warm-up failed", e);
            return 0;
        }
    }

    /** Returns the table of the first UDP listener that has routes; empty if there is none. */
    private static Optional<RouteTable> routes(Generation model) {
        return model.listeners().stream()
                .filter(listener -> listener.binding().transport() == Transport.UDP)
                .map(listener -> model.table(Transport.UDP, listener.name()))
                .filter(table -> !table.all().isEmpty())
                .findFirst();
    }

    private static boolean hasRoom(Loops server) {
        int limit = DescriptorLimit.hard().orElse(Integer.MAX_VALUE);
        return limit - DescriptorLimit.own() >= FREE_DESCRIPTORS
                && DirectMemory.fittingLoops() > server.all().size();
    }

    private void await() {
        try {
            over.await(MOST_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.execute(this::stop);
    }

    private void stop() {
        stopped = true;
        try {
            opened.close();
        } finally {
            over.countDown();
        }
    }

    private void begin(Generation model, RouteTable routes) {
        try {
            InetSocketAddress loopback = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
            UdpSocket backend = opened.add(sockets.bindUdp(loopback, BindOptions.USUAL, false), UdpSocket::close);
            backend.register(loop, () -> echo(backend));
            ListenerSpec spec = ListenerSpec.of(Transport.UDP, loopback);
            Generation served = model.withOnly(spec, routes.leadingTo(route(backend.local())), limits(model));
            Generations generations = new Generations(served, retired -> {});
            UdpServices services = new UdpServices(generations, sessions, loops);
            UdpListeners proxy = opened.add(UdpListeners.bind(spec, services), UdpListeners::close);
            opened.add(sessions::cut);
            opened.add(() -> clients.forEach(UdpSocket::close));
            proxy.start();
            burst(proxy.address());
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
        }
    }

    private static Route route(InetSocketAddress backend) {
        Source source = new Source("127.0.0.1", backend.getPort(), Transport.UDP);
        source.resolved(List.of(backend.getAddress()));
        Pool pool = new Pool("warm-up", List.of(new Backend(source)), new BalanceRules(Policy.ROUND_ROBIN));
        return new Route(
                "warm-up",
                pool,
                false,
                SourceRule.ANY,
                new DatagramRules(true, 1),
                false,
                List.of(),
                RouteLimits.none(),
                SendProxy.NONE);
    }

    private static SessionLimits limits(Generation model) {
        SessionLimits limits = model.limits();
        UdpLimits few = new UdpLimits(PLACES, PLACES);
        return new SessionLimits(limits.peek(), limits.relay(), few);
    }

    private void burst(InetSocketAddress proxy) {
        if (stopped) {
            return;
        }
        try {
            for (int i = 0; i < BURST && asked < SESSIONS && clients.size() < UNANSWERED; i++) {
                ask(proxy);
            }
            if (answered.get() == SESSIONS) {
                stop();
            } else {
                loop.after(PAUSE_MS, () -> burst(proxy));
            }
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
        }
    }

    private void ask(InetSocketAddress proxy) throws IOException {
        UdpSocket client = sockets.connectUdp(proxy, SourceAddress.ANY);
        clients.add(client);
        client.register(loop, () -> answered(client));
        asked++;
        client.write(question.clear().put(QUESTION).flip());
    }

    private void answered(UdpSocket client) {
        try {
            if (client.read(loop.buffer())) {
                answered.incrementAndGet();
            }
        } catch (IOException e) {
            failed(e);
        }
        clients.remove(client);
        client.close();
    }

    private void echo(UdpSocket backend) {
        try {
            for (int i = 0; i < DATAGRAMS_A_TURN; i++) {
                ByteBuffer buffer = loop.buffer();
                InetSocketAddress sender = backend.receive(buffer);
                if (sender == null) {
                    return;
                }
                backend.send(buffer.flip(), sender);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(Throwable e) {
        log.debug("warm-up failed", e);
        stop();
    }
}
