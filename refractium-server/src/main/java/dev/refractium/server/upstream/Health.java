package dev.refractium.server.upstream;

/** The known health of a target, or of a backend with all of its targets. */
public enum Health {
    /** Not tried yet; counts as usable. */
    UNKNOWN,
    UP,
    /** A UDP target that currently does not answer; tried after the others. */
    SILENT,
    /** Refuses connections or cannot be reached; tried after all others. */
    DOWN
}
