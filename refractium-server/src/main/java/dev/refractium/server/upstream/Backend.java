package dev.refractium.server.upstream;

import java.util.List;

/**
 * A member of a pool, as one generation has it. What may differ between two pools of one source belongs here; targets
 * and their health outlive the generation and belong to the source. Immutable.
 *
 * @param identity what policies that choose by the client know it by; unique in its pool, and the same on all servers
 *     with that configuration
 * @param weight its share of sessions, beside the weights of the pool's other members; at least 1
 * @param backup whether it gets sessions only while no other member can
 * @param maxConnections how many sessions its source takes at a time, of all pools; {@link Integer#MAX_VALUE}: any number
 * @param standing what operators have ordered of it
 */
public record Backend(
        Source source, String identity, int weight, boolean backup, int maxConnections, Standing standing) {
    /** A member of weight 1 that its address identifies. */
    public Backend(Source source) {
        this(source, source.toString(), 1, false, Integer.MAX_VALUE, new Standing());
    }

    /** Returns the weight that counts: the operator's, or else the configured one. */
    @Override
    public int weight() {
        return standing.weight(weight);
    }

    /** Returns whether it takes new sessions, as far as operators have a say. */
    public boolean isOpen() {
        return standing.isOpen();
    }

    /** Returns whether it takes new sessions, and has an address that is not known to be down. */
    public boolean isLive() {
        return isOpen() && !source.isUnresolved() && source.health() != Health.DOWN;
    }

    /** Returns the current targets, unmodifiable. */
    public List<Target> targets() {
        return source.targets();
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
