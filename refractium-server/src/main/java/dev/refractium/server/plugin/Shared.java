package dev.refractium.server.plugin;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An instance of an extension, configured from its table {@code [KIND.NAME]}, that one generation after another has in
 * common as long as its JAR and its table are unchanged: its files and its counters go on then. Any thread.
 *
 * @param <L> the instance in use
 */
public final class Shared<L> {
    private final Recipe recipe;
    private final L live;
    private final Life<L> life;

    /** How many generations have it. Guarded by this object's monitor. */
    private int holders = 1;

    /** Takes over {@code live}, for one generation. */
    public Shared(Recipe recipe, L live, Life<L> life) {
        this.recipe = recipe;
        this.live = live;
        this.life = life;
    }

    /**
     * What an instance is made of.
     *
     * @param name of its table
     * @param brought the extension as its JAR or the program brought it, before it knew any settings; another object is
     *     another extension
     * @param settings key to value, as they are in force
     */
    public record Recipe(String name, Object brought, Map<String, Object> settings) {
        public Recipe {
            settings = Map.copyOf(settings);
        }

        boolean isSame(Recipe other) {
            return name.equals(other.name) && brought == other.brought && settings.equals(other.settings);
        }
    }

    /** How instances of a kind end. */
    public interface Life<L> {
        /** Returns whether no further generation may have the instance. */
        boolean isOver(L live);

        /** Closes the instance; the future is done when there is nothing to wait for any more. */
        CompletableFuture<Void> close(L live, Duration grace);
    }

    /** Returns the one of {@code before} that is made by {@code wanted}, now shared by one more generation. */
    public static <L> Optional<Shared<L>> among(Collection<Shared<L>> before, Recipe wanted) {
        return before.stream().filter(one -> one.share(wanted)).findFirst();
    }

    @Override
    public String toString() {
        return live.toString();
    }

    /** The extension as its JAR or the program brought it. */
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
     * Lets go of the instance for one generation; the last one closes it.
     *
     * @return done when there is nothing to wait for any more
     */
    public synchronized CompletableFuture<Void> close(Duration grace) {
        return --holders == 0 ? life.close(live, grace) : CompletableFuture.completedFuture(null);
    }

    /** Closes the instance again, for which no thread was to be had. */
    public CompletableFuture<Void> closeAgain(Duration grace) {
        return life.close(live, grace);
    }
}
