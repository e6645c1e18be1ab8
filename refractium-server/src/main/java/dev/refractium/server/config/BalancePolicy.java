package dev.refractium.server.config;

/** The key {@code balance}: which server of a pool a session tries first. */
public enum BalancePolicy {
    /** The servers take turns. */
    ROUND_ROBIN,
    /** The server with the fewest sessions for its weight. */
    LEAST_CONNECTIONS,
    /** Of two servers that are drawn, the one with fewer sessions for its weight. */
    RANDOM,
    /** The first in the file that is not down. */
    FIRST,
    /** The one that the client's address, or an attribute of the session, decides. */
    SOURCE_HASH
}
