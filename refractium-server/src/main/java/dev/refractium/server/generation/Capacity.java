package dev.refractium.server.generation;

/**
 * How many connections this machine allows a generation.
 *
 * @param connections the number after the descriptor limit was applied
 * @param descriptors the descriptors that it may have open, added up, and the limit
 */
public record Capacity(int connections, String descriptors) {
    static final Capacity UNKNOWN = new Capacity(Integer.MAX_VALUE, "");
}
