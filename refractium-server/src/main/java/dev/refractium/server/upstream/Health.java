package dev.refractium.server.upstream;

/** What is known of the health of a target, or of a backend with all of its targets. */
public enum Health {
    /** Not tried yet; counts as usable. */
    UNKNOWN,
    UP,
    /** A target of UDP that gives no answers at present; tried after the others. */
    SILENT,
    /** It refuses connections or cannot be reached; tried after all others. */
    DOWN
}
