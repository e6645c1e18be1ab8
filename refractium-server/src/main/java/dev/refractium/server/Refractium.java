package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.net.Loops;
import dev.refractium.server.session.Admission;
import dev.refractium.server.session.End;
import dev.refractium.server.session.EndLog;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.tcp.TcpListener;
import dev.refractium.server.tcp.TcpShared;
import dev.refractium.server.udp.UdpShared;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.HealthChecker;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. Any thread.
 *
 * <pre>{@code
 * try (Refractium proxy = Refractium.builder()
 *         .listen("127.0.0.1", 0)
 *         .plugins(Path.of("plugins"))
 *         .route("http", route -> route.to("127.0.0.1:8081"))
 *         .start()) {
 *     System.out.println(proxy.tcp().orElseThrow());
 * }
 * }</pre>
 */
public final class Refractium implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Refractium.class);
    private static final long SUMMARY_SECONDS = 10;

    private final Preparation prepared;
    private final Loops loops;
    private final Sessions sessions = new Sessions();
    private final EndLog endLog = new EndLog(sessions);
    private final HealthChecker health;
    private final Listeners listeners;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Refractium(Preparation prepared, Loops loops) throws StartException {
        ServerConfig server = prepared.config().server();
        Generation generation = prepared.generation();
        this.prepared = prepared;
        this.loops = loops;
        this.health = new HealthChecker(loops.group(), server.connectTimeout());
        Admission admission = new Admission(prepared.maxConnections(), server.maxConnectionsPerIp());
        TcpShared tcp = new TcpShared(() -> generation, admission, sessions, endLog);
        UdpShared udp = new UdpShared(
                () -> generation, sessions, endLog, server.udpMaxSessions(), server.maxConnectionsPerIp());
        this.listeners = Listeners.bind(
                new InetSocketAddress(prepared.bind(), server.port()),
                prepared.transports(),
                new Listeners.Sockets(
                        tcp, udp, loops, new TcpListener.Memory(server.peekMemory(), server.relayMemory())));
    }

    /** Begins to say what a server shall do. */
    public static RefractiumBuilder builder() {
        return new RefractiumBuilder();
    }

    /** Takes over {@code prepared}. */
    static Refractium start(Preparation prepared) throws StartException {
        Loops loops = new Loops(prepared.io(), prepared.threads());
        try {
            Refractium server = new Refractium(prepared, loops);
            server.begin();
            return server;
        } catch (StartException | RuntimeException e) {
            loops.close();
            prepared.close();
            throw e;
        }
    }

    /** Where TCP is served; empty if it is not. */
    public Optional<InetSocketAddress> tcp() {
        return listeners.address(Transport.TCP);
    }

    /** Where UDP is served; empty if it is not. */
    public Optional<InetSocketAddress> udp() {
        return listeners.address(Transport.UDP);
    }

    /** How things are just now. */
    public Status status() {
        List<BackendInfo> backends =
                prepared.backends().all().stream().map(Refractium::info).toList();
        return new Status(
                tcp(),
                udp(),
                sessions.live(),
                sessions.bytes(),
                listeners.relayHeld(),
                byLabel(sessions.ends()),
                byLabel(sessions.fallbacks()),
                backends,
                prepared.plan());
    }

    /**
     * Stops listening, lets live sessions end until the drain time-out, cuts the rest and releases everything. Waits for
     * all that; a second call waits for nothing.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        listeners.drain();
        int live = sessions.live();
        log.info("draining sessions={}", live);
        try {
            sessions.drain(prepared.config().server().drainTimeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.info("drained finished={} cut={}", live - sessions.live(), sessions.live());
        sessions.cut();
        health.close();
        listeners.close();
        loops.close();
        endLog.flush(SUMMARY_SECONDS);
        prepared.close();
    }

    /** Makes a {@link #close} that is draining cut what is left at once. */
    public void hurry() {
        sessions.stopWaiting();
    }

    private void begin() {
        listeners
                .address(Transport.TCP)
                .or(() -> listeners.address(Transport.UDP))
                .ifPresent(address -> prepared.listensAt(address.getPort()));
        health.watch(prepared.backends().all());
        loops.group()
                .scheduleAtFixedRate(
                        () -> endLog.flush(SUMMARY_SECONDS), SUMMARY_SECONDS, SUMMARY_SECONDS, TimeUnit.SECONDS);
        if (prepared.config().server().hotReload()) {
            log.info("hot_reload is not there yet: a change takes effect at the next start");
        }
        listeners.start();
    }

    private static Map<String, Long> byLabel(Map<End, Long> counts) {
        Map<String, Long> labelled = new HashMap<>();
        counts.forEach((end, count) -> labelled.put(end.label(), count));
        return labelled;
    }

    private static BackendInfo info(Backend backend) {
        String health =
                backend.isUnresolved() ? "unresolved" : backend.health().name().toLowerCase(Locale.ROOT);
        return new BackendInfo(backend.toString(), backend.transport(), health, backend.failures());
    }
}
