package dev.refractium.server.upstream;

import java.util.List;

/**
 * A member of a pool, as one generation has it. What may differ between two pools of one source belongs here; what
 * outlives the generation, which is targets and their health, belongs to the source. Immutable.
 */
public record Backend(Source source) {
    /** The targets of this moment, unmodifiable. */
    public List<Target> targets() {
        return source.targets();
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
