package dev.refractium.server.hook;

import dev.refractium.api.Hook;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A live hook that one generation after another has in common, as long as what it is made of stays the same: its files
 * and its counters go on then. Any thread.
 */
public final class SharedHook {
    private final Recipe recipe;
    private final LiveHook live;

    /** How many generations have it. Guarded by this object's monitor. */
    private int holders = 1;

    /** Takes over {@code live}, for whoever makes this. */
    public SharedHook(Recipe recipe, LiveHook live) {
        this.recipe = recipe;
        this.live = live;
    }

    /**
     * What a live hook is made of.
     *
     * @param name what the configuration calls it
     * @param hook as its JAR brought it or the program gave it, before it knew any settings; another object is another hook
     * @param settings key to value, as they were written
     */
    public record Recipe(String name, Hook hook, long memory, Map<String, Object> settings) {
        public Recipe {
            settings = Map.copyOf(settings);
        }

        boolean isSame(Recipe other) {
            return name.equals(other.name)
                    && hook == other.hook
                    && memory == other.memory
                    && settings.equals(other.settings);
        }
    }

    @Override
    public String toString() {
        return live.toString();
    }

    /** The hook as its JAR or the program brought it. */
    public Hook brought() {
        return recipe.hook();
    }

    public LiveHook live() {
        return live;
    }

    /**
     * Lets one more generation have it, which closes it too.
     *
     * @return false where another is wanted, or where this one is ejected or closed: it stays with whoever has it
     */
    public synchronized boolean share(Recipe wanted) {
        if (holders == 0 || live.isEjected() || !recipe.isSame(wanted)) {
            return false;
        }
        holders++;
        return true;
    }

    /**
     * Lets go of it; the last who does closes it, as {@link LiveHook#close} has it.
     *
     * @return done when there is nothing to wait for any more
     */
    public synchronized CompletableFuture<Void> close(Duration grace) {
        return --holders == 0 ? live.close(grace) : CompletableFuture.completedFuture(null);
    }
}
