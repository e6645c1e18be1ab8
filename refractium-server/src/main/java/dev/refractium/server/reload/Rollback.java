package dev.refractium.server.reload;

import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.RollbackEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls a plugin back whose new version throws more than the previous one, during the time that the configuration sets.
 * The predecessor is kept open, and a reload that finds the bad JAR takes the predecessor instead, until there is
 * another JAR. {@link #served} on the thread that reloads, the other methods on any.
 */
public final class Rollback implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rollback.class);
    private static final long EVERY_MS = 500;

    /** The longest pause between two refused reloads: each of them writes to the log. */
    private static final long RARELY_MS = 30_000;

    private final ReloadThread later;
    private final Supplier<CompletableFuture<Long>> reload;
    private final Consumer<LoadedPlugin> release;
    private final LongSupplier nanoClock;

    /** The trials under way and the failed ones. Changed under this object's monitor. */
    private final List<Trial> trials = new CopyOnWriteArrayList<>();

    /** Predecessors that are no longer kept. Guarded by this object's monitor. */
    private final List<LoadedPlugin> over = new ArrayList<>();

    /** The time until the next check; doubled by each refusal. */
    private long pauseMs = EVERY_MS;

    private boolean looking;
    private boolean closed;

    /** @param release closes the plugins that are no longer kept */
    Rollback(
            ReloadThread later,
            Supplier<CompletableFuture<Long>> reload,
            Consumer<LoadedPlugin> release,
            LongSupplier nanoClock) {
        this.later = later;
        this.reload = reload;
        this.release = release;
        this.nanoClock = nanoClock;
    }

    /** Returns the JARs that a reload skips. */
    List<RollbackEntry> setbacks() {
        return trials.stream().map(Trial::setback).flatMap(Optional::stream).toList();
    }

    /** Returns the rollbacks that a reload has applied. */
    List<RollbackEntry> inForce() {
        return trials.stream()
                .filter(Trial::isInForce)
                .map(Trial::setback)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Returns why versions other than those in the files run. */
    public List<String> reasons() {
        return inForce().stream().map(RollbackEntry::reason).toList();
    }

    /** Begins trials: {@code next} has replaced a generation that had these plugins. */
    void served(List<LoadedPlugin> before, Generation next) {
        judge(before, next);
        releaseOver();
    }

    private synchronized void judge(List<LoadedPlugin> before, Generation next) {
        pauseMs = EVERY_MS;
        Duration window = next.config().plugins().rollbackWindow();
        boolean on = !closed && !window.isZero();
        List<LoadedPlugin> now = next.plugins();
        now.forEach(plugin -> plugin.answers().counted(on));
        for (Trial trial : trials) {
            if (on && now.contains(trial.wanted())) {
                trial.served();
            } else if (on && now.contains(trial.version())) {
                giveUp(trial);
            } else {
                end(trial);
            }
        }
        if (on) {
            now.forEach(plugin -> begin(plugin, before, window));
        }
        lookLater();
    }

    /** Ends all trials; from now on nothing is rolled back. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            trials.forEach(this::end);
        }
        releaseOver();
    }

    /** Closes these plugins, not under the monitor: they take time to stop. */
    private void releaseOver() {
        List<LoadedPlugin> released;
        synchronized (this) {
            released = List.copyOf(over);
            over.clear();
        }
        released.forEach(release);
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
        boolean pending = trials.stream().anyMatch(trial -> !trial.isInForce());
        if (pending && !looking) {
            looking = later.after(pauseMs, this::look);
        }
    }

    private void look() {
        synchronized (this) {
            looking = false;
            for (Trial trial : trials) {
                if (!trial.isInForce()) {
                    look(trial);
                }
            }
            lookLater();
        }
        releaseOver();
    }

    /** A version that failed in time is rolled back even if the time is over by now, but only once. */
    private void look(Trial trial) {
        boolean tried = trial.setback().isPresent();
        boolean over = trial.hasPassed(nanoClock.getAsLong());
        if (tried && over) {
            giveUp(trial);
        } else if (trial.fails()) {
            reload.get().whenComplete((generation, refusal) -> settle(refusal));
        } else if (over) {
            end(trial);
        }
    }

    /** Records the end of a reload that was to bring the predecessor back. If it was refused, it is tried again. */
    private synchronized void settle(@Nullable Throwable refusal) {
        if (refusal != null) {
            pauseMs = Math.min(2 * pauseMs, RARELY_MS);
        }
    }

    private void giveUp(Trial trial) {
        log.warn("plugin throws and stays, since the one before cannot take its place plugin={}", trial);
        end(trial);
    }

    private void end(Trial trial) {
        if (trials.remove(trial)) {
            over.add(trial.predecessor());
        }
    }
}
