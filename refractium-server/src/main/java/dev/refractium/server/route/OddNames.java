package dev.refractium.server.route;

/** Where sessions of a protocol go whose one name is no host name, while nothing else is wrong with them. */
public enum OddNames {
    /** Nowhere. */
    CLOSED,
    /** To the fallback. */
    FALLBACK,
    /** Where the protocol's rule that asks for nothing says; nowhere if it has none. */
    CATCH_ALL
}
