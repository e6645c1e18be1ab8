package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.config.HealthConfig;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.health.HealthChecker;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.Watchdog;
import dev.refractium.server.plugin.Leaks;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.tcp.TcpLoops;
import dev.refractium.server.tcp.TcpShared;
import dev.refractium.server.udp.UdpShared;
import dev.refractium.server.upstream.Backend;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What serves: loops, sessions, listeners, and the edition that they go by, which another may take the place of. One
 * thread starts it, one changes it from then on, and any looks at it.
 */
final class Engine {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final long SUMMARY_SECONDS = 10;

    /** How long a closed plugin may wait for a garbage collector that has little to do. */
    private static final Duration COLLECTED_WITHIN = Duration.ofMinutes(10);

    private static final long TRY_AGAIN_MS = 1_000;

    private final Preparation prepared;
    private final Loops loops;
    private final TcpLoops tcpLoops;
    private final Sessions sessions;
    private final HealthChecker health;
    private final UdpShared udp;
    private final Generations generations;
    private final Crowding crowding;
    private final Entrance entrance;
    private final Leaks leaks = new Leaks(COLLECTED_WITHIN, System::nanoTime);
    private final Later later;
    private final Watchdog watchdog;

    /** What the loops were made by. */
    private final ServerConfig started;

    /** Written by the thread that changes it. */
    private volatile Edition running;

    /** Takes over {@code first} and {@code loops}; if this throws, they stay the caller's. */
    Engine(Preparation prepared, Loops loops, Edition first, Later later) throws StartException {
        ServerConfig server = first.config().server();
        this.prepared = prepared;
        this.loops = loops;
        this.later = later;
        this.sessions = new Sessions(first.maxConnections(), server.connectionsPerIp(first.maxConnections()));
        this.generations = new Generations(first.generation(), over -> later.run(() -> retire(over)));
        this.crowding = new Crowding(generations, sessions, later);
        this.tcpLoops = new TcpLoops(loops, generations);
        this.health = new HealthChecker(loops, server.connectTimeout(), probeInterval(server));
        TcpShared tcp = new TcpShared(generations, sessions, tcpLoops);
        this.udp = new UdpShared(generations, sessions, loops);
        this.entrance = new Entrance(first.listen(), prepared.request().transports, new Listeners.Sockets(tcp, udp));
        this.running = first.on(entrance.listeners().address());
        prepared.listensAt(running.listen());
        this.started = server;
        this.watchdog = Watchdog.start(loops.all(), this::owner, this::checkListeners);
    }

    /** Begins to serve. */
    void start() {
        RouteNames.set(generations.current());
        health.watch(prepared.backends().all());
        loops.udp().every(SUMMARY_SECONDS, () -> sessions.summarise(SUMMARY_SECONDS));
        entrance.start();
    }

    /** What is served now. */
    Edition running() {
        return running;
    }

    Generations generations() {
        return generations;
    }

    Set<Transport> transports() {
        return prepared.request().transports;
    }

    Sessions sessions() {
        return sessions;
    }

    Listeners listeners() {
        return entrance.listeners();
    }

    /** How many bytes TCP sessions hold for peers that do not take them. */
    long relayHeld() {
        return tcpLoops.relayHeld();
    }

    /** The threads of event loops that do not answer. */
    List<String> stuck() {
        return watchdog.stuck();
    }

    /** Returns why clients are not served, a line per listener; empty if all are. */
    List<String> listenerTroubles() {
        return entrance.listeners().troubles();
    }

    /** Returns which keys of the running configuration wait for the next start; empty if none does. */
    List<String> unapplied() {
        return LoopKeys.unapplied(started, running.config().server());
    }

    /** How often a plugin was seen to keep an event loop for long. */
    long slowPluginCalls() {
        return watchdog.slow();
    }

    /** How many plugins are closed and still in memory. */
    int uncollected() {
        return leaks.uncollected();
    }

    /** The plugins that run, which a new edition may share. */
    Collection<LoadedPlugin> plugins() {
        Set<LoadedPlugin> all = new LinkedHashSet<>();
        generations.live().forEach(generation -> all.addAll(generation.plugins()));
        return all;
    }

    /**
     * Binds where {@code next} listens, which may be where today's edition does; {@link #serve} is to follow.
     *
     * @throws StartException if it cannot be bound; then nothing has changed
     */
    Listeners bind(Edition next) throws StartException {
        return entrance.bind(next.listen());
    }

    /** Serves {@code next} to new sessions from now on; those that live go on with what they began with. */
    void serve(Edition next, Listeners listeners) {
        Edition before = running;
        ServerConfig server = next.config().server();
        sessions.limit(next.maxConnections(), server.connectionsPerIp(next.maxConnections()));
        health.set(server.connectTimeout(), probeInterval(server));
        running = next.on(listeners.address());
        RouteNames.set(next.generation());
        generations.publish(next.generation());
        entrance.enter(listeners);
        udp.lookAtAddresses();
        prepared.listensAt(running.listen());
        health.watch(prepared.backends().all());
        Changes changes = new Changes(before, running, prepared.request().transports);
        changes.log(sessions);
        unapplied().forEach(key -> log.warn("key not applied {}", key));
        new Removal(generations, sessions).run();
        crowding.relieve(server);
        retainBackends();
    }

    /** Lets go of a plugin that was kept beside those of the generations. The thread that reloads, or one that closes. */
    void release(LoadedPlugin kept) {
        kept.close();
        watchLeaks(List.of(kept));
        tryUndone();
    }

    /** Tries again what found no thread to end a plugin or a hook by, until it is done. */
    void tryUndone() {
        if (prepared.calls().tryUndone()) {
            later.after(TRY_AGAIN_MS, this::tryUndone);
        }
    }

    private static Optional<Duration> probeInterval(ServerConfig server) {
        return Optional.of(server.health()).filter(HealthConfig::probes).map(HealthConfig::interval);
    }

    /** Forgets what only an edition named that is not served after all. */
    void retainBackends() {
        Set<Backend> used = new HashSet<>();
        for (Generation generation : generations.live()) {
            for (Route route : generation.tcp().all()) {
                used.addAll(route.pool().backends());
            }
            for (Route route : generation.udp().all()) {
                used.addAll(route.pool().backends());
            }
        }
        prepared.backends().retain(used);
    }

    /** Takes nothing new, lets live sessions end until the drain time-out, cuts the rest. */
    void drain() {
        entrance.drain();
        int live = sessions.live();
        log.info("draining sessions={}", live);
        try {
            sessions.drain(running.config().server().drainTimeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.info("drained finished={} cut={}", live - sessions.live(), sessions.live());
        sessions.cut();
    }

    /** Closes everything, but for what was prepared, where starting came to nothing. */
    void abandon() {
        entrance.drain();
        close();
    }

    /** Closes everything but what was prepared. Nothing else uses the engine any more, and it has been drained. */
    void close() {
        watchdog.close();
        health.close();
        udp.close();
        entrance.close();
        loops.close();
        sessions.summarise(SUMMARY_SECONDS);
        Generation.closeAll(generations.live());
    }

    /** The plugin that has a class of this name; versions of one may both have it. */
    private Optional<String> owner(String className) {
        return plugins().stream()
                .filter(plugin -> plugin.hasLoaded(className))
                .map(LoadedPlugin::toString)
                .reduce((one, other) -> one + " or " + other);
    }

    private void checkListeners(List<Loop> stuck) {
        stuck.forEach(loop -> entrance.listeners().leave(loop));
        entrance.listeners().check();
    }

    private void retire(Generation over) {
        generations.forget(over);
        crowding.forget(over);
        over.close();
        watchLeaks(over.plugins());
        retainBackends();
        tryUndone();
    }

    private void watchLeaks(List<LoadedPlugin> plugins) {
        leaks.watch(plugins);
        later.after(COLLECTED_WITHIN.toMillis(), leaks::check);
    }
}
