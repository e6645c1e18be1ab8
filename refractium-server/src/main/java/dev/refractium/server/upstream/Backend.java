package dev.refractium.server.upstream;

import java.util.List;

/**
 * A member of a pool, as one generation has it. What may differ between two pools of one source belongs here; targets
 * and their health outlive the generation and belong to the source. Immutable.
 */
public record Backend(Source source) {
    /** Returns the current targets, unmodifiable. */
    public List<Target> targets() {
        return source.targets();
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
