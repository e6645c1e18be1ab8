package dev.refractium.server.plugin;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An instance of an extension, configured from its table {@code [KIND.NAME]}, that successive generations share as long
 * as its JAR and its table are unchanged, with its files and counters. Any thread.
 *
 * @param <L> the instance in use
 */
public final class Shared<L> {
    private final Recipe recipe;
    private final L live;
    private final Life<L> life;

    /** The number of generations that have it. Guarded by this object's monitor. */
    private int holders = 1;

    /** Takes over {@code live}, for one generation. */
    public Shared(Recipe recipe, L live, Life<L> life) {
        this.recipe = recipe;
        this.live = live;
        this.life = life;
    }

    /**
     * The origin of an instance.
     *
     * @param name of its table
     * @param brought the extension from its JAR or the program, without settings; another object is another extension
     * @param settings key to value
     */
    public record Recipe(String name, Object brought, Map<String, Object> settings) {
        public Recipe {
            settings = Map.copyOf(settings);
        }

        /** Returns the keys alone: a value may be a secret. */
        @Override
        public String toString() {
            return name + settings.keySet();
        }

        boolean isSame(Recipe other) {
            return name.equals(other.name) && brought == other.brought && settings.equals(other.settings);
        }
    }

    /** How instances of a kind end. */
    public interface Life<L> {
        /** Returns whether no further generation may have the instance. */
        boolean isOver(L live);

        /** Closes the instance; the future is complete when nothing is left to wait for. */
        CompletableFuture<Void> close(L live, Duration grace);
    }

    /** Returns the member of {@code before} that was made of {@code wanted}, now shared by one more generation. */
    public static <L> Optional<Shared<L>> among(Collection<Shared<L>> before, Recipe wanted) {
        return before.stream().filter(one -> one.share(wanted)).findFirst();
    }

    @Override
    public String toString() {
        return live.toString();
    }

    /** Returns the extension from its JAR or the program. */
    public Object brought() {
        return recipe.brought();
    }

    public L live() {
        return live;
    }

    private synchronized boolean share(Recipe wanted) {
        if (holders == 0 || life.isOver(live) || !recipe.isSame(wanted)) {
            return false;
        }
        holders++;
        return true;
    }

    /**
     * Releases the instance for one generation; the last one closes it.
     *
     * @return complete when nothing is left to wait for
     */
    public synchronized CompletableFuture<Void> close(Duration grace) {
        return --holders == 0 ? life.close(live, grace) : CompletableFuture.completedFuture(null);
    }

    /** Retries to close the instance, for which there was no thread. */
    public CompletableFuture<Void> closeAgain(Duration grace) {
        return life.close(live, grace);
    }
}
