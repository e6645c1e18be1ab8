package dev.refractium.server.route;

/** The destinations of a protocol's sessions whose one name is no host name, while nothing else is wrong with them. */
public enum OddNames {
    /** Nowhere. */
    CLOSED,
    /** To the fallback. */
    FALLBACK,
    /** The target of the protocol's rule without conditions; none if there is no such rule. */
    CATCH_ALL
}
