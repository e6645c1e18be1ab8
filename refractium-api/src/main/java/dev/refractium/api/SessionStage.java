package dev.refractium.api;

/**
 * The stages of a session, in the order that it enters them. None but {@link #PEEK} comes to every session, and a session
 * that has waited in a queue dials again.
 *
 * @since 0.1.0
 */
public enum SessionStage {
    /** A trusted proxy passes the client's address on, in a PROXY header. */
    PROXY_HEADER,
    /** The client's first bytes, or its silence, decide the route. */
    PEEK,
    /** The session waits for a place at a backend. */
    QUEUE,
    /** Backends are connected. */
    DIAL,
    /** Bytes are relayed. */
    RELAY
}
