package dev.refractium.api;

/**
 * The transport that a session arrived by.
 *
 * @since 0.1.0
 */
public enum Transport {
    /** A byte stream; the first bytes may arrive in any number of pieces. */
    TCP,
    /** Datagrams; the first one is all that identification sees. */
    UDP
}
