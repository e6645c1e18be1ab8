package dev.refractium.server;

import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.Setback;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a version of a plugin back that throws more than the one before it, for as long as an operator allows that: the
 * predecessor is kept open, and a reload that finds the bad JAR takes the predecessor instead, until there is another
 * JAR. {@link #served} on the thread that reloads, the rest on any.
 */
final class Rollback implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rollback.class);
    private static final long EVERY_MS = 500;

    private final Later later;
    private final Supplier<CompletableFuture<Long>> reload;
    private final Consumer<LoadedPlugin> release;
    private final LongSupplier nanoClock;

    /** Those that are watched and those that failed. Changed under this object's monitor. */
    private final List<Trial> trials = new CopyOnWriteArrayList<>();

    private boolean looking;
    private boolean closed;

    /** @param release takes the plugins that are not kept any longer */
    Rollback(
            Later later,
            Supplier<CompletableFuture<Long>> reload,
            Consumer<LoadedPlugin> release,
            LongSupplier nanoClock) {
        this.later = later;
        this.reload = reload;
        this.release = release;
        this.nanoClock = nanoClock;
    }

    /** The JARs that a reload is to pass over. */
    List<Setback> setbacks() {
        return trials.stream().map(Trial::setback).flatMap(Optional::stream).toList();
    }

    /** Why other versions run than the files have. */
    List<String> reasons() {
        return setbacks().stream().map(Setback::reason).toList();
    }

    /** {@code next} has taken the place of an edition that had these plugins. */
    synchronized void served(List<LoadedPlugin> before, Edition next) {
        Duration window = next.config().plugins().rollbackWindow();
        boolean on = !closed && !window.isZero();
        List<LoadedPlugin> now = next.generation().plugins();
        now.forEach(plugin -> plugin.answers().counted(on));
        for (Trial trial : trials) {
            if (on && now.contains(trial.wanted())) {
                trial.served();
            } else {
                end(trial);
            }
        }
        if (on) {
            now.forEach(plugin -> begin(plugin, before, window));
        }
        lookLater();
    }

    /** Nothing is taken back any more. */
    @Override
    public synchronized void close() {
        closed = true;
        trials.forEach(this::end);
    }

    private void begin(LoadedPlugin version, List<LoadedPlugin> before, Duration window) {
        boolean known = trials.stream().anyMatch(trial -> trial.wanted() == version);
        for (LoadedPlugin other : before) {
            boolean replaced =
                    other.id().equals(version.id()) && !other.sha256().equals(version.sha256());
            if (replaced && !known && other.share()) {
                trials.add(new Trial(version, other, nanoClock.getAsLong() + window.toNanos()));
            }
        }
    }

    private void lookLater() {
        boolean pending = trials.stream().anyMatch(trial -> trial.setback().isEmpty());
        if (pending && !looking) {
            looking = later.after(EVERY_MS, this::look);
        }
    }

    private synchronized void look() {
        looking = false;
        for (Trial trial : trials) {
            if (trial.setback().isEmpty() && trial.fails()) {
                reload.get().whenComplete((generation, failure) -> settle(trial));
            } else if (trial.setback().isEmpty() && trial.hasPassed(nanoClock.getAsLong())) {
                end(trial);
            }
        }
        lookLater();
    }

    /** The reload that was to bring the predecessor back is over, and is not tried again. */
    private synchronized void settle(Trial trial) {
        if (!closed && !trial.isInForce()) {
            log.warn("plugin throws and stays, since the one before cannot take its place plugin={}", trial);
        }
        if (!trial.isInForce()) {
            end(trial);
        }
    }

    private void end(Trial trial) {
        if (trials.remove(trial)) {
            release.accept(trial.predecessor());
        }
    }
}
