package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.control.Administration;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.engine.LoopKeys;
import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.engine.ServerResources;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.hook.HookCounts;
import dev.refractium.server.net.Closer;
import dev.refractium.server.net.Loops;
import dev.refractium.server.operate.ServerAdministration;
import dev.refractium.server.operate.ServerParts;
import dev.refractium.server.operate.SessionCloser;
import dev.refractium.server.operate.StatusReader;
import dev.refractium.server.reload.Draft;
import dev.refractium.server.reload.ReloadAttempt;
import dev.refractium.server.reload.ServerRequest;
import dev.refractium.server.report.Status;
import dev.refractium.server.watch.Contents;
import java.net.InetSocketAddress;
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

    private final ServerParts parts;
    private final ScheduledExecutorService reloads;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Administration administration;

    private Refractium(ServerParts parts, ScheduledExecutorService reloads) {
        this.parts = parts;
        this.reloads = reloads;
        SessionCloser closer = new SessionCloser(parts.engine(), new ReloadThread(reloads));
        this.administration = new ServerAdministration(parts, closer, closed::get);
    }

    /** Begins to say what a server shall do. */
    public static RefractiumBuilder builder() {
        return new RefractiumBuilder();
    }

    static Refractium start(ServerRequest request) throws ConfigException, StartException, InterruptedException {
        try (Closer closer = new Closer()) {
            ServerResources resources = closer.add(new ServerResources(request.resolver()), ServerResources::close);
            Contents configuration = ReloadAttempt.configuration(request);
            Draft draft = closer.add(new Draft(request, resources), Draft::close);
            Contents files = ReloadAttempt.files(configuration, draft);
            Generation first = draft.generation();
            ServerConfig server = first.config().server();
            Loops loops = new Loops(LoopKeys.io(server), LoopKeys.threads(server));
            Refractium started = start(request, resources, new First(first, files), loops);
            closer.keep();
            return started;
        } catch (EnvironmentException e) {
            throw StartException.of(e);
        }
    }

    /** What a server begins with: a generation, and what the files held before they were read for it. */
    record First(Generation generation, Contents files) {}

    /** Takes over {@code loops}; if this throws, they are closed, and nothing that was begun goes on. */
    static Refractium start(ServerRequest request, ServerResources resources, First first, Loops loops)
            throws EnvironmentException {
        try (Closer closer = new Closer()) {
            closer.add(loops, Loops::close);
            ScheduledThreadPoolExecutor thread = closer.add(reloadThread(), ScheduledThreadPoolExecutor::shutdown);
            // Later there may be no thread to spare, and a task that is left to it would be lost with what asked for
            // it.
            thread.prestartCoreThread();
            ReloadThread later = new ReloadThread(thread);
            Engine engine = closer.add(new Engine(resources, loops, first.generation(), later), Engine::abandon);
            ReloadAttempt reloads =
                    new ReloadAttempt(request, resources, engine, new ReloadAttempt.Start(later, first.files()));
            engine.start();
            reloads.follow();
            closer.keep();
            return new Refractium(new ServerParts(request, resources, engine, reloads), thread);
        }
    }

    private static ScheduledThreadPoolExecutor reloadThread() {
        ScheduledThreadPoolExecutor reloads = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "refractium-reload");
            thread.setDaemon(true);
            return thread;
        });
        reloads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return reloads;
    }

    /** Where TCP is served; empty if it is not. */
    public Optional<InetSocketAddress> tcp() {
        return parts.engine().listeners().address(Transport.TCP);
    }

    /** Where UDP is served; empty if it is not. */
    public Optional<InetSocketAddress> udp() {
        return parts.engine().listeners().address(Transport.UDP);
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
        try {
            return parts.reloads().reloader().reload();
        } catch (EnvironmentException e) {
            throw StartException.of(e);
        }
    }

    /** How things are just now. */
    public Status status() {
        return StatusReader.of(parts);
    }

    /** What became of the sessions that each hook of the current configuration was to see, by the hooks' names. */
    public Map<String, HookCounts> hooks() {
        Map<String, HookCounts> counts = new TreeMap<>();
        parts.engine()
                .generations()
                .current()
                .hooks()
                .forEach(hook -> counts.put(hook.live().name(), hook.live().counts()));
        return counts;
    }

    /** What an operator can ask of it, as the command line's control socket does. */
    public Administration administration() {
        return administration;
    }

    /** Key {@code control}, which is for whoever opens the socket. */
    public String control() {
        return parts.engine().current().config().server().process().control();
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
        parts.resources().calls().end();
        parts.reloads().unfollow();
        endReloads();
        parts.reloads().close();
        parts.reloads().reloader().close();
        parts.engine().drain();
        parts.engine().close();
        parts.resources().close();
    }

    /** Makes a {@link #close} that is draining cut what is left at once. */
    public void hurry() {
        parts.engine().sessions().stopWaiting();
        parts.resources().calls().hurry();
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
