package dev.refractium.server.generation;

/**
 * The number of connections that this machine allows a generation.
 *
 * @param connections the number after the descriptor limit was applied
 * @param descriptors the sum of the descriptors that it may have open, and the limit
 */
public record Capacity(int connections, String descriptors) {
    static final Capacity UNKNOWN = new Capacity(Integer.MAX_VALUE, "");
}
