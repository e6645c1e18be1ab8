package dev.refractium.server.config;

/** What becomes of the live sessions of a route that a later configuration has no more: {@code on_removed}. */
public enum OnRemoved {
    /** They go on until they end by themselves. */
    KEEP,
    /** They end at once. */
    CLOSE
}
