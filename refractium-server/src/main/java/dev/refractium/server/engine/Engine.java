package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.health.HealthChecker;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.Watchdog;
import dev.refractium.server.plugin.Leaks;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.Meters;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.session.TimeHistogram;
import dev.refractium.server.socket.Sockets;
import dev.refractium.server.tcp.TcpLoops;
import dev.refractium.server.tcp.TcpServices;
import dev.refractium.server.udp.UdpServices;
import dev.refractium.server.upstream.Source;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The serving parts: loops, sessions, listeners, and the current generation, which a reload replaces. One thread starts
 * it, one changes it from then on, any thread may read it.
 */
public final class Engine {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final long SUMMARY_SECONDS = 10;
    private static final long OUTAGES_SECONDS = 1;

    /** How long a closed plugin may stay in memory before it counts as a leak. */
    private static final Duration COLLECTED_WITHIN = Duration.ofMinutes(10);

    /** How long the counters of what is gone are kept. */
    private static final Duration METERS_KEPT = Duration.ofMinutes(5);

    private static final long TRY_AGAIN_MS = 1_000;

    private final ServerResources prepared;
    private final Loops loops;
    private final TcpLoops tcpLoops;
    private final Sessions sessions;
    private final HealthChecker health;
    private final DownBackends downBackends;
    private final Outages outages;
    private final UdpServices udp;
    private final Generations generations;
    private final OldGenerations oldGenerations;
    private final Listeners listeners;
    private final Leaks leaks = new Leaks(COLLECTED_WITHIN, System::nanoTime);
    private final TimeHistogram loopDelays = new TimeHistogram();
    private final ReloadThread later;
    private final Watchdog watchdog;

    /** The configuration that the loops were made by. */
    private final ServerConfig started;

    /** Takes over {@code first} and {@code loops}; if this throws, the caller still owns them. */
    public Engine(ServerResources prepared, Loops loops, Generation first, ReloadThread later)
            throws EnvironmentException {
        ServerConfig server = first.config().server();
        this.prepared = prepared;

        this.loops = loops;
        this.later = later;
        int connections = first.capacity().connections();
        this.sessions = new Sessions(connections, server.limits().connectionsPerIp(connections));
        limitSeries(first);
        this.generations = new Generations(first, over -> later.run(() -> retire(over)));
        this.oldGenerations = new OldGenerations(generations, sessions, later);
        Sockets sockets = Sockets.of(loops.io(), prepared.inherited());
        this.tcpLoops = new TcpLoops(loops, sockets, generations);
        this.health = new HealthChecker(loops);
        this.downBackends = new DownBackends(sessions);
        this.outages = new Outages(generations);
        TcpServices tcp = new TcpServices(generations, sessions, tcpLoops);
        this.udp = new UdpServices(generations, sessions, loops, sockets);
        this.listeners = new Listeners(new SocketBinder(tcp, udp, later, prepared::isInherited));
        listeners.take(listeners.bind(first.listeners()));
        prepared.listensAt(listeners.bindings());
        prepared.serveNames(server);
        this.started = server;
        this.watchdog = Watchdog.start(loops.all(), this::owner, this::checkListeners, loopDelays::record);
    }

    /** Begins to serve. */
    public void start() {
        RouteNames.set(generations.current(), prepared.backends().all());
        downBackends.watch(prepared.backends().all());
        health.watch(prepared.backends().all());
        loops.udp().every(OUTAGES_SECONDS, outages::look);
        loops.udp().every(SUMMARY_SECONDS, () -> sessions.summarise(SUMMARY_SECONDS));
        listeners.start();
        prepared.inherited().close();
    }

    /**
     * Has the JVM compile the code of new UDP sessions soon, by sessions of the server with itself. On the thread that
     * reloads, since a reload may close the plugins that they use.
     */
    public void warmUp() {
        later.after(UdpWarmUp.AFTER_MS, () -> UdpWarmUp.run(current(), loops));
    }

    /** Returns the generation that new sessions begin with. */
    public Generation current() {
        return generations.current();
    }

    public Generations generations() {
        return generations;
    }

    public Sessions sessions() {
        return sessions;
    }

    public Listeners listeners() {
        return listeners;
    }

    /** Returns whether the kernel interface of the loops lets another process take sockets over. */
    public boolean passesSockets() {
        return loops.io() == IoKind.EPOLL;
    }

    /** Returns how many bytes wait for peers that do not take them. */
    public long relayHeld() {
        return tcpLoops.relayHeld();
    }

    /** Returns how many bytes sessions hold that are not connected to a backend yet. */
    public long peekHeld() {
        return tcpLoops.peekHeld() + udp.peekHeld();
    }

    /** Returns the threads of event loops that do not answer. */
    public List<String> stuck() {
        return watchdog.stuck();
    }

    /** Returns for how many milliseconds an event loop has not answered; 0 if all answer. */
    public long stuckMs() {
        return watchdog.stuckMs();
    }

    /** Returns how long event loops took to answer the watchdog. */
    public TimeHistogram loopDelays() {
        return loopDelays;
    }

    /** Returns why clients are not served, a line per listener; empty if all are served. */
    public List<String> listenerTroubles() {
        return listeners.troubles();
    }

    /** Returns the backends whose first health check has no result yet; after five seconds none. */
    public List<String> awaitedChecks() {
        return health.awaited();
    }

    /** Returns which listeners are not bound yet, a line per listener; empty if all are. */
    public List<String> waitingListeners() {
        return listeners.waiting();
    }

    /** Returns which keys of the running configuration wait for the next start; empty if none does. */
    public List<String> unapplied() {
        return LoopKeys.unapplied(started, current().config().server());
    }

    /** Returns how often a plugin was seen to block an event loop for long. */
    public long slowPluginCalls() {
        return watchdog.slow();
    }

    /** Returns how often a pool has lost its last live server. */
    public long outages() {
        return outages.count();
    }

    /** Returns how many plugins are closed and still in memory. */
    public int uncollected() {
        return leaks.uncollected();
    }

    /** Returns the plugins that run; a new generation may share them. */
    public Collection<LoadedPlugin> plugins() {
        Set<LoadedPlugin> all = new LinkedHashSet<>();
        generations.live().forEach(generation -> all.addAll(generation.plugins()));
        return all;
    }

    /**
     * Binds the listeners of {@code next} that are not open yet. Call {@link #serve} next.
     *
     * @throws EnvironmentException if a listener cannot be bound; then nothing has changed
     */
    public Listeners.Next bind(Generation next) throws EnvironmentException {
        return listeners.bind(next.listeners());
    }

    /**
     * Serves {@code next} to new sessions from now on; live sessions continue with the generation that they began with.
     */
    public void serve(Generation next, Listeners.Next opened) {
        ReloadSummary summary = new ReloadSummary(current(), next);
        Optional<InetSocketAddress> before = listeners.address();
        ServerConfig server = next.config().server();
        int connections = next.capacity().connections();
        sessions.limit(connections, server.limits().connectionsPerIp(connections));
        limitSeries(next);
        RouteNames.set(next, prepared.backends().all());
        generations.publish(next);
        listeners.enter(opened);
        udp.lookAtAddresses();
        prepared.listensAt(listeners.bindings());
        prepared.serveNames(server);
        downBackends.watch(prepared.backends().all());
        health.watch(prepared.backends().all());
        serveQueues();
        summary.moved(before, listeners.address());
        summary.log(sessions);
        unapplied().forEach(key -> log.warn("key not applied {}", key));
        new RemovedRoutes(generations, sessions).run();
        oldGenerations.relieve(server);
        retainBackends();
        later.after(METERS_KEPT.toMillis(), this::retainMeters);
    }

    /** Limits the metrics of routes; those of backends are folded when they are read. */
    private void limitSeries(Generation next) {
        int most = next.config().maxSeries();
        sessions.meters().limit(most);
        int backends = next.routes().stream()
                .map(Route::pool)
                .distinct()
                .mapToInt(pool -> pool.backends().size())
                .sum();
        if (backends > most) {
            log.warn("metrics of backends are folded into their pools backends={} max_series={}", backends, most);
        }
    }

    /** Forgets the counters of listeners and routes that no live generation has. */
    private void retainMeters() {
        Set<Meters.Named> named = new HashSet<>();
        for (Generation generation : generations.live()) {
            List<Meters.Named> listening = generation.listeners().stream()
                    .map(spec -> new Meters.Named(spec.binding().transport(), spec.name(), ""))
                    .distinct()
                    .toList();
            named.addAll(listening);
            for (Meters.Named listener : listening) {
                generation.routes(listener.transport()).forEach(route -> named.add(listener.of(route.name())));
            }
        }
        sessions.meters().retain(named);
    }

    /** Lets the sessions that wait go by the current generation, which may have more places. */
    private void serveQueues() {
        for (Generation generation : generations.live()) {
            generation
                    .routes(Transport.TCP)
                    .forEach(route -> route.pool().queue().reloaded());
        }
    }

    /**
     * Closes a plugin that was kept in addition to those of the generations. Runs on the thread that reloads, or one
     * that closes.
     */
    public void release(LoadedPlugin kept) {
        kept.close();
        watchLeaks(List.of(kept));
        tryUndone();
    }

    /** Retries to end plugins and hooks for which there was no thread. */
    public void tryUndone() {
        if (prepared.calls().tryUndone()) {
            later.after(TRY_AGAIN_MS, this::tryUndone);
        }
    }

    /** Forgets backends that no live generation names, and that no session uses: it may have waited while a reload came. */
    public void retainBackends() {
        Set<Source> used = prepared.backends().all().stream()
                .filter(source -> source.sessions() > 0)
                .collect(Collectors.toCollection(HashSet::new));
        for (Generation generation : generations.live()) {
            for (Transport transport : Transport.values()) {
                generation
                        .routes(transport)
                        .forEach(route -> used.addAll(route.pool().sources()));
            }
        }
        prepared.backends().retain(used);
    }

    /** Stops accepting sessions, waits for live ones until the drain timeout, and cuts the rest. */
    public void drain() {
        listeners.drain();
        int live = sessions.live();
        log.info("draining sessions={}", live);
        try {
            sessions.drain(current().config().server().process().drainTimeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.info("drained finished={} cut={}", live - sessions.live(), sessions.live());
        sessions.cut();
    }

    /** Closes everything except the resources, after a failed start. */
    public void abandon() {
        listeners.drain();
        close();
    }

    /** Closes everything except the resources. The engine has been drained, and nothing else uses it any more. */
    public void close() {
        watchdog.close();
        health.close();
        udp.close();
        listeners.close();
        loops.close();
        sessions.summarise(SUMMARY_SECONDS);
        Generation.closeAll(generations.live());
    }

    /** Returns the plugin that has a class of this name; two versions of one plugin may both have it. */
    private Optional<String> owner(String className) {
        return plugins().stream()
                .filter(plugin -> plugin.hasLoaded(className))
                .map(LoadedPlugin::toString)
                .reduce((one, other) -> one + " or " + other);
    }

    private void checkListeners(List<Loop> stuck) {
        stuck.forEach(loop -> listeners.leave(loop));
        listeners.check();
    }

    private void retire(Generation over) {
        generations.forget(over);
        oldGenerations.forget(over);
        over.close();
        watchLeaks(over.plugins());
        retainBackends();
        later.after(METERS_KEPT.toMillis(), this::retainMeters);
        tryUndone();
    }

    private void watchLeaks(List<LoadedPlugin> plugins) {
        leaks.watch(plugins);
        later.after(COLLECTED_WITHIN.toMillis(), leaks::check);
    }
}
