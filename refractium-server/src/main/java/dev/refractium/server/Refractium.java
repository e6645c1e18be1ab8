package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.control.Administration;
import dev.refractium.server.hook.HookCounts;
import dev.refractium.server.net.Loops;
import dev.refractium.server.watch.Contents;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

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
    /** How long the thread that reloads may take to end. */
    private static final long PATIENCE_SECONDS = 5;

    private final Preparation prepared;
    private final ScheduledExecutorService reloads;
    private final Engine engine;
    private final Reloading reloading;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Administration administration;

    private Refractium(Preparation prepared, ScheduledExecutorService reloads, Engine engine, Reloading reloading) {
        Instant since = Instant.now();
        this.prepared = prepared;
        this.reloads = reloads;
        this.engine = engine;
        this.reloading = reloading;
        this.administration = new RunningServer(this, engine, new Closing(engine, new Later(reloads)), since);
    }

    /** Begins to say what a server shall do. */
    public static RefractiumBuilder builder() {
        return new RefractiumBuilder();
    }

    static Refractium start(RefractiumBuilder.Request request)
            throws ConfigException, StartException, InterruptedException {
        Preparation prepared = new Preparation(request);
        try {
            Contents configuration = Reloading.configuration(request);
            Draft draft = prepared.draft();
            try {
                Contents files = Reloading.files(configuration, draft);
                return start(prepared, draft.edition(), files);
            } catch (ConfigException | StartException | InterruptedException | RuntimeException | Error e) {
                draft.close();
                throw e;
            }
        } catch (ConfigException | StartException | InterruptedException | RuntimeException | Error e) {
            prepared.close();
            throw e;
        }
    }

    /** Where TCP is served; empty if it is not. */
    public Optional<InetSocketAddress> tcp() {
        return engine.listeners().address(Transport.TCP);
    }

    /** Where UDP is served; empty if it is not. */
    public Optional<InetSocketAddress> udp() {
        return engine.listeners().address(Transport.UDP);
    }

    /**
     * Reads the configuration and the plugins again and serves new sessions by them; those that live go on with what they
     * began with. Waits until that is done; a call that finds another waiting shares its reload.
     *
     * @return the number of the new generation
     * @throws ConfigException with everything that is wrong; nothing has changed
     * @throws StartException if a file cannot be read or an address not be bound; nothing has changed
     */
    public long reload() throws ConfigException, StartException, InterruptedException {
        return reloading.reloader().reload();
    }

    /** Reloads as {@link #reload}, but leaves a reload alone that a plugin keeps; empty if it is to come or goes on. */
    Optional<Long> reloadSoon() throws ConfigException, StartException, InterruptedException {
        return reloading.reloader().reloadSoon(prepared.calls()::underWay);
    }

    /** Returns what keeps the thread that reloads, in words. */
    String obstacle() {
        String kept = reloading.reloader().isRunning() ? "a reload is under way" : "the thread that reloads is busy";
        return prepared.calls().underWay().map(call -> kept + ": " + call).orElse(kept);
    }

    /** How things are just now. */
    public Status status() {
        return Snapshot.of(engine, prepared, reloading);
    }

    /** What became of the sessions that each hook of the current configuration was to see, by the hooks' names. */
    public Map<String, HookCounts> hooks() {
        Map<String, HookCounts> counts = new TreeMap<>();
        engine.generations()
                .current()
                .hooks()
                .forEach(hook -> counts.put(hook.live().name(), hook.live().counts()));
        return counts;
    }

    /** What an operator can ask of it, as the command line's control socket does. */
    public Administration administration() {
        return administration;
    }

    /** Whether it ends, or has ended. */
    boolean isClosed() {
        return closed.get();
    }

    /** Key {@code control}, which is for whoever opens the socket. */
    public String control() {
        return engine.running().config().server().process().control();
    }

    /**
     * Stops listening, lets live sessions end until the drain time-out, cuts the rest and releases everything. Waits for
     * all that, though for plugins and hooks some seconds only; a second call waits for nothing.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        // First, so that nothing below waits for a plugin that a reload waits for.
        prepared.calls().end();
        reloading.unfollow();
        endReloads();
        reloading.close();
        reloading.reloader().close();
        engine.drain();
        engine.close();
        prepared.close();
    }

    /** Makes a {@link #close} that is draining cut what is left at once. */
    public void hurry() {
        engine.sessions().stopWaiting();
        prepared.calls().hurry();
    }

    private static Refractium start(Preparation prepared, Edition first, Contents files) throws StartException {
        ServerConfig server = first.config().server();
        Loops loops = new Loops(ServerChecks.io(server), ServerChecks.threads(server));
        return start(prepared, first, files, loops);
    }

    /** Takes over {@code loops}; if this throws, they are closed, and nothing that was begun goes on. */
    static Refractium start(Preparation prepared, Edition first, Contents files, Loops loops) throws StartException {
        ScheduledThreadPoolExecutor reloads = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "refractium-reload");
            thread.setDaemon(true);
            return thread;
        });
        reloads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        try {
            // Later there may be no thread to spare, and a task that is left to it would be lost with what asked for
            // it.
            reloads.prestartCoreThread();
            Engine engine = new Engine(prepared, loops, first, new Later(reloads));
            return start(prepared, reloads, engine, files);
        } catch (StartException | RuntimeException | Error e) {
            reloads.shutdown();
            loops.close();
            throw e;
        }
    }

    private static Refractium start(
            Preparation prepared, ScheduledExecutorService reloads, Engine engine, Contents files) {
        try {
            Reloading reloading = new Reloading(prepared, engine, new Later(reloads), files);
            engine.start();
            reloading.follow();
            return new Refractium(prepared, reloads, engine, reloading);
        } catch (RuntimeException | Error e) {
            engine.abandon();
            throw e;
        }
    }

    private void endReloads() {
        reloads.shutdown();
        try {
            if (!reloads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                reloads.shutdownNow();
            }
        } catch (InterruptedException e) {
            reloads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
