package dev.refractium.server.config;

/** What happens to the live sessions of a route that a later configuration no longer has: {@code on_removed}. */
public enum OnRemoved {
    /** They continue until they end by themselves. */
    KEEP,
    /** They end at once. */
    CLOSE
}
