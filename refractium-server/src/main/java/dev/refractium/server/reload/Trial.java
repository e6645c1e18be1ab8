package dev.refractium.server.reload;

import dev.refractium.server.plugin.IdentifyStats;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.RollbackEntry;
import java.util.Optional;

/** A new version of a plugin next to its predecessor, which is kept open meanwhile. Changed on one thread. */
final class Trial {
    /** The least number of exceptions that proves anything. */
    private static final long ENOUGH = 10;

    /** The share of questions that threw must exceed that of the predecessor by at least this much. */
    private static final double WORSE = 0.1;

    private final LoadedPlugin version;
    private final LoadedPlugin predecessor;
    private final IdentifyStats.Count atFirst;
    private final IdentifyStats.Count before;
    private final long until;

    /** Written once it has failed, read by any. */
    private volatile Optional<RollbackEntry> setback = Optional.empty();

    /** Written by the thread that reloads, read by any. */
    private volatile boolean inForce;

    /** @param until the nanosecond after which it has passed */
    Trial(LoadedPlugin version, LoadedPlugin predecessor, long until) {
        this.version = version;
        this.predecessor = predecessor;
        this.atFirst = version.answers().count();
        this.before = predecessor.answers().count();
        this.until = until;
    }

    /** Returns whether {@code now} is so much worse than {@code before} that chance does not explain it. */
    static boolean isWorse(IdentifyStats.Count now, IdentifyStats.Count before) {
        return now.faults() >= ENOUGH && now.share() > before.share() + WORSE;
    }

    /** Returns whether the new version has failed; from then on there is a {@link #setback}. */
    boolean fails() {
        IdentifyStats.Count now = version.answers().count().since(atFirst);
        if (isWorse(now, before)) {
            setback = Optional.of(new RollbackEntry(version.sha256(), predecessor, reason(now)));
        }
        return setback.isPresent();
    }

    boolean hasPassed(long nanoTime) {
        return nanoTime - until >= 0;
    }

    /** Returns the entry of its failure; empty if it has not failed. */
    Optional<RollbackEntry> setback() {
        return setback;
    }

    LoadedPlugin version() {
        return version;
    }

    LoadedPlugin predecessor() {
        return predecessor;
    }

    /** Returns which of the two versions new sessions should get. */
    LoadedPlugin wanted() {
        return setback.isPresent() ? predecessor : version;
    }

    /** Records that new sessions get {@link #wanted}. */
    void served() {
        inForce = setback.isPresent();
    }

    /** Returns whether it has failed and the predecessor has taken its place. */
    boolean isInForce() {
        return inForce;
    }

    @Override
    public String toString() {
        return version.toString();
    }

    private String reason(IdentifyStats.Count now) {
        return version + " is rolled back to " + predecessor.version() + ": of " + now.asked()
                + " questions it threw at "
                + now.faults() + ", the one before at " + before.faults() + " of " + before.asked()
                + "; put another version in its place";
    }
}
