package dev.refractium.server.config;

/** What becomes of a listener whose address cannot be bound. */
public enum OnBindFailure {
    /** The start or the reload is refused. */
    REFUSE,
    /** The server runs without it, and tries again. */
    WAIT
}
