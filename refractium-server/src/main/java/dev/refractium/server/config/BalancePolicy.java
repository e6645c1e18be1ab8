package dev.refractium.server.config;

/** The key {@code balance}: which server of a pool a session tries first. */
public enum BalancePolicy {
    /** The servers take turns. */
    ROUND_ROBIN,
    /** The first in the file that is not down. */
    FIRST
}
