package dev.refractium.server;

import dev.refractium.api.Transport;
import dev.refractium.server.config.AdminConfig;
import dev.refractium.server.config.AdminToken;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.ControlConfig;
import dev.refractium.server.config.Directories;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.control.Administration;
import dev.refractium.server.control.Inherited;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.engine.LoopKeys;
import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.engine.ServerResources;
import dev.refractium.server.files.StateHome;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.net.Closer;
import dev.refractium.server.net.Loops;
import dev.refractium.server.net.OldNetty;
import dev.refractium.server.operate.BackendOrders;
import dev.refractium.server.operate.OrdersFile;
import dev.refractium.server.operate.ServerAdministration;
import dev.refractium.server.operate.ServerParts;
import dev.refractium.server.reload.Draft;
import dev.refractium.server.reload.Plans;
import dev.refractium.server.reload.ReloadAttempt;
import dev.refractium.server.reload.ServerRequest;
import dev.refractium.server.report.Plan;
import dev.refractium.server.report.Status;
import dev.refractium.server.watch.Contents;
import dev.refractium.server.watch.Sources;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
    /** The longest wait for the thread that reloads, in seconds. */
    private static final long PATIENCE_SECONDS = 5;

    private final ServerParts parts;
    private final ScheduledExecutorService reloads;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ServerAdministration administration;

    private Refractium(ServerParts parts, BackendOrders orders, ScheduledExecutorService reloads) {
        this.parts = parts;
        this.reloads = reloads;
        this.administration = new ServerAdministration(parts, orders, new ReloadThread(reloads), closed::get);
    }

    /** Returns a builder, to set up a server. */
    public static RefractiumBuilder builder() {
        return new RefractiumBuilder();
    }

    static Refractium start(ServerRequest request, RefractiumBuilder.BeforeListening before)
            throws ConfigException, StartException, InterruptedException {
        try (Closer closer = new Closer()) {
            ServerResources resources = closer.add(new ServerResources(request.resolver()), ServerResources::close);
            Contents configuration = ReloadAttempt.configuration(request);
            Draft draft = closer.add(new Draft(request, resources), Draft::close);
            Contents files = ReloadAttempt.files(configuration, draft);
            Generation first = draft.generation();
            ServerConfig server = first.config().server();
            inherit(resources, before.run(server.process().control()));
            Loops loops = new Loops(LoopKeys.io(server), LoopKeys.threads(server));
            Refractium started = start(request, resources, new First(first, draft.asRead(files), draft.named()), loops);
            closer.keep();
            return started;
        } catch (EnvironmentException e) {
            throw StartException.of(e);
        } catch (LinkageError e) {
            throw new StartException(OldNetty.remedy().orElseThrow(() -> e), e);
        }
    }

    private static void inherit(ServerResources resources, Inherited passed) throws StartException {
        try {
            resources.inherit(passed.descriptors(), passed.files());
        } catch (IOException e) {
            throw new StartException("sockets of another process cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * What a server begins with: a generation, the content of the files before they were read for it, and the files that
     * its configuration names.
     */
    record First(Generation generation, Contents files, Sources named) {}

    /** Takes over {@code loops}; if this throws, they are closed, and nothing that was begun continues. */
    static Refractium start(ServerRequest request, ServerResources resources, First first, Loops loops)
            throws EnvironmentException {
        try (Closer closer = new Closer()) {
            closer.add(loops, Loops::close);
            ScheduledThreadPoolExecutor thread = closer.add(reloadThread(), ScheduledThreadPoolExecutor::shutdown);
            // Started now: later the system may have no thread to give, and the tasks of that thread would be
            // lost.
            thread.prestartCoreThread();
            ReloadThread later = new ReloadThread(thread);
            Engine engine = closer.add(new Engine(resources, loops, first.generation(), later), Engine::abandon);
            ReloadAttempt reloads = new ReloadAttempt(
                    request, resources, engine, new ReloadAttempt.Start(later, first.files(), first.named()));
            // Before anything is accepted: what an operator has drained is drained from the first session on.
            BackendOrders orders =
                    new BackendOrders(resources.backends().standings(), kept(request, first.generation()));
            engine.start();
            reloads.follow();
            closer.keep();
            return new Refractium(new ServerParts(request, resources, engine, reloads), orders, thread);
        }
    }

    /** Returns where orders of operators are kept; empty: nowhere. Without a file, one server is not known from another. */
    private static Optional<OrdersFile> kept(ServerRequest request, Generation first) {
        String place = first.config().server().process().directories().state();
        return request.files()
                .config()
                .filter(file -> !place.equals(Directories.OFF))
                .map(file -> new OrdersFile(
                        place.equals(Directories.AUTO) ? StateHome.of(System.getenv()) : StateHome.at(Path.of(place)),
                        file.toAbsolutePath()));
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

    /** Returns the address of the default TCP listener; empty if TCP is not served. */
    public Optional<InetSocketAddress> tcp() {
        return parts.engine().listeners().address(Transport.TCP);
    }

    /** Returns the address of the default UDP listener; empty if UDP is not served. */
    public Optional<InetSocketAddress> udp() {
        return parts.engine().listeners().address(Transport.UDP);
    }

    /**
     * Reads the configuration and the plugins again and serves new sessions by them; live sessions keep the
     * configuration that they began with. Waits until that is done. Calls that wait at the same time share one reload.
     *
     * @return the number of the new generation
     * @throws ConfigException with all problems; nothing has changed
     * @throws StartException if a file cannot be read or an address cannot be bound; nothing has changed
     */
    public long reload() throws ConfigException, StartException, InterruptedException {
        try {
            return parts.reloads().reloader().reload();
        } catch (EnvironmentException e) {
            throw StartException.of(e);
        }
    }

    /**
     * Serves up to 3,000 UDP sessions of this process with itself, over 127.0.0.1, so that the JVM has compiled the code
     * of new sessions before many clients come. Half a second after this call, for a second at most, on a thread of its
     * own; a reload waits for the end. Nothing happens if UDP is not served, if the process is short of descriptors or
     * memory, or if sessions are logged at debug level. The protocols of routes are asked about these sessions; counters,
     * logs and hooks do not show them. Once is enough for all servers of a process.
     */
    public void warmUp() {
        parts.engine().warmUp();
    }

    /** Returns the state of the server at this moment. */
    public Status status() {
        return administration.status();
    }

    /** Returns the plan of the current configuration. */
    public Plan plan() {
        return Plans.of(parts.engine().current(), parts.request(), List.of());
    }

    /** Returns the operator's requests, which the control socket of the command line answers. */
    public Administration administration() {
        return administration;
    }

    /** Returns the keys of the listener for metrics, for the program that opens it; empty if there is none. */
    public Optional<AdminConfig> admin() {
        return parts.engine().current().config().admin();
    }

    /**
     * Sets what is run, on another thread, when another process has taken the listeners over and serves: the program is to
     * close what both cannot have, and this server.
     */
    public void onTakenOver(Runnable step) {
        administration.onTakenOver(step);
    }

    /** Returns the token of the page; empty if it needs none. */
    public Optional<AdminToken> adminToken() {
        return parts.engine().current().config().inputs().token();
    }

    /** Returns the keys of the control sockets, for the program that opens them. */
    public ControlConfig control() {
        return parts.engine().current().config().server().process().control();
    }

    /**
     * Stops listening, lets live sessions end until the drain timeout, cuts the rest and releases everything. Waits
     * until that is done, but no more than some seconds for plugins and hooks. A second call returns at once.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            release();
        } finally {
            ended.countDown();
        }
    }

    private void release() {
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

    /** Waits until another thread has closed the server; returns at once if that is done. The server's own threads end no program. */
    public void await() throws InterruptedException {
        ended.await();
    }

    /** Cuts the remaining sessions, which ends the wait of a {@link #close} that drains. */
    public void cutNow() {
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
