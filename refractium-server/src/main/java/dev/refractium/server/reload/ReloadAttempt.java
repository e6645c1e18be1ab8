package dev.refractium.server.reload;

import dev.refractium.server.config.ConfigException;
import dev.refractium.server.engine.Engine;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.engine.Listeners;
import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.engine.ServerResources;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.net.Closer;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.plugin.RefusedJar;
import dev.refractium.server.plugin.RollbackEntry;
import dev.refractium.server.plugin.RunningPlugins;
import dev.refractium.server.watch.Contents;
import dev.refractium.server.watch.FileWatch;
import dev.refractium.server.watch.Sources;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a new generation of what is on disk and has the engine serve it, on request or when the files have changed.
 * {@link #run} runs on the thread that reloads; see {@link FileWatch.Follower} for the other methods.
 */
public final class ReloadAttempt implements ReloadQueue.Attempt, FileWatch.Follower, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReloadAttempt.class);

    /** The pause before a watch is started again for which there was no thread. */
    private static final long WATCH_RETRY_MS = 1_000;

    private static final Sources NOTHING = new Sources(Optional.empty(), Optional.empty());

    private final ServerRequest request;
    private final ServerResources prepared;
    private final Engine engine;
    private final ReloadThread later;
    private final ReloadQueue reloader;
    private final Rollback rollback;

    /** Written by the thread that reloads, read by that of the watch. */
    private volatile Contents contents;

    /** The files that the running configuration names. As above. */
    private volatile Sources named;

    /** Those that a configuration names that was refused since: one of them may be what it lacks. As above. */
    private volatile Sources refused = NOTHING;

    /** Set while files are watched. Guarded by this. */
    private @Nullable FileWatch watch;

    private boolean closed;

    /**
     * How a server begins.
     *
     * @param later the thread that reloads
     * @param files the content of the files before they were read for the running generation
     * @param named the files that its configuration names
     */
    public record Start(ReloadThread later, Contents files, Sources named) {}

    /** Starts reloads of the generation that {@code engine} runs. */
    public ReloadAttempt(ServerRequest request, ServerResources prepared, Engine engine, Start start) {
        ReloadThread later = start.later();
        this.request = request;
        this.prepared = prepared;
        this.engine = engine;
        this.later = later;
        this.reloader = new ReloadQueue(later, this);
        this.rollback =
                new Rollback(later, () -> reloader.request(ReloadCause.WATCH), engine::release, System::nanoTime);
        rollback.served(List.of(), engine.current());
        this.named = start.named();
        this.contents = takenIn(start.files(), engine.current());
    }

    /** Returns a snapshot of the configuration file. Take it before the file is read. */
    public static Contents configuration(ServerRequest request) {
        return Contents.read(new Sources(request.files().config(), Optional.empty()));
    }

    /**
     * Returns {@code configuration} with a snapshot of the JARs and the files that {@code draft} names. Take it before they
     * are read.
     */
    public static Contents files(Contents configuration, Draft draft) {
        return Contents.read(new Sources(Optional.empty(), draft.pluginsDirectory()).with(draft.named()))
                .withConfigOf(configuration);
    }

    public ReloadQueue reloader() {
        return reloader;
    }

    public Rollback rollback() {
        return rollback;
    }

    /** Starts or stops the watch of the files, as the running configuration has it. */
    public synchronized void follow() {
        Sources sources = sources();
        boolean anything = sources.config().isPresent()
                || sources.plugins().isPresent()
                || !sources.included().isEmpty()
                || !sources.patterns().isEmpty();
        boolean wanted = !closed
                && anything
                && engine.current().config().server().process().hotReload();
        FileWatch now = watch;
        if (wanted && now == null) {
            startWatch();
        } else if (!wanted && now != null) {
            now.close();
            watch = null;
        }
    }

    /** Starts the watch; a reload that is already served must not fail for want of a thread. */
    private synchronized void startWatch() {
        try {
            watch = FileWatch.start(this);
        } catch (OutOfMemoryError e) {
            log.warn("file watch not started, trying again reason=\"{}\"", e.getMessage());
            later.after(WATCH_RETRY_MS, this::follow);
        }
    }

    @Override
    public long run(ReloadCause cause) throws ConfigException, EnvironmentException, InterruptedException {
        Contents before = Contents.read(sources());
        Optional<String> suspect = cause == ReloadCause.WATCH ? before.suspect(contents) : Optional.empty();
        if (suspect.isPresent()) {
            throw new EnvironmentException(suspect.get(), null);
        }
        List<RollbackEntry> setbacks = rollback.setbacks();
        try {
            return run(cause, before, setbacks);
        } catch (ConfigException e) {
            List<RollbackEntry> inForce = rollback.inForce();
            if (inForce.equals(setbacks)) {
                throw e;
            }
            // The configuration may need the new version: then that stays, and reloads remain possible.
            return run(cause, before, inForce);
        }
    }

    private long run(ReloadCause cause, Contents before, List<RollbackEntry> setbacks)
            throws ConfigException, EnvironmentException, InterruptedException {
        request.files()
                .given()
                .ifPresent(text ->
                        log.info("reload uses the configuration that was read at the start name={}", text.name()));
        Generation running = engine.current();
        try (Closer closer = new Closer()) {
            closer.add(() -> forget(running));
            Draft.Before served = new Draft.Before(running, engine.listeners().ports());
            RunningPlugins plugins = new RunningPlugins(engine.plugins(), setbacks);
            Draft draft = closer.add(new Draft(request, prepared, Optional.of(served), plugins), Draft::close);
            closer.add(() -> refused = draft.named());
            Contents files = files(before, draft);
            Generation next = draft.generation();
            MapGuard.check(running, next, cause);
            if (cause == ReloadCause.WATCH && !Contents.read(sources()).equals(before)) {
                throw new EnvironmentException("the files change while they are read; they are read again", null);
            }
            refuseClosed();
            Listeners.Next listeners = engine.bind(next);
            // Sessions may use it from here on, so it cannot be undone.
            closer.keep();
            engine.serve(next, listeners);
            rollback.served(running.plugins(), next);
            contents = takenIn(draft.asRead(files), next);
            named = draft.named();
            refused = NOTHING;
            follow();
            return next.number();
        }
    }

    @Override
    public long serving() {
        return engine.current().number();
    }

    /** Undoes the changes of a draft that is not served. */
    private void forget(Generation running) {
        prepared.calls().deadline(running.config().plugins().callTimeout());
        engine.retainBackends();
        engine.tryUndone();
    }

    @Override
    public Sources sources() {
        return new Sources(request.files().config(), engine.current().pluginsDirectory())
                .with(named)
                .with(refused);
    }

    @Override
    public Contents running() {
        return contents;
    }

    @Override
    public boolean reload() throws InterruptedException {
        try {
            reloader.request(ReloadCause.WATCH).get();
            return true;
        } catch (ExecutionException e) {
            log.debug("the watch's reload", e);
            return false;
        }
    }

    @Override
    public void differs(Optional<String> reason) {
        Optional<String> before = reloader.degraded();
        reloader.degraded(reason.map(text -> text + "; it is ignored until it is whole, or until SIGHUP requests it"));
        if (reason.isPresent() && !reloader.degraded().equals(before)) {
            log.warn("changed files ignored reason=\"{}\"", reloader.degraded().orElse(""));
        }
    }

    /** Stops watching files, and serves nothing new. */
    public synchronized void unfollow() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
    }

    /** Stops watching files and rolling back, and serves nothing new. */
    @Override
    public void close() {
        unfollow();
        rollback.close();
    }

    private synchronized void refuseClosed() throws EnvironmentException {
        if (closed) {
            throw new EnvironmentException("the server is closed", null);
        }
    }

    /**
     * Returns the part of {@code files} that went into {@code generation}: a later change of these is a reason to
     * reload.
     */
    private static Contents takenIn(Contents files, Generation generation) {
        PluginScan scan = generation.scan();
        return files.takenIn(
                scan.read(), scan.refused().stream().map(RefusedJar::file).toList());
    }
}
