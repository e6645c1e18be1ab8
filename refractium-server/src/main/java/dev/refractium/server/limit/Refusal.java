package dev.refractium.server.limit;

/** Why a {@link Gate} refuses a client. */
public enum Refusal {
    /** Its address is denied, or not allowed. */
    DENIED,
    /** There are too many sessions. */
    OVER_MAX_CONNECTIONS,
    /** Too many sessions begin. */
    OVER_RATE,
    /** Too many sessions of this client begin. */
    OVER_RATE_PER_IP
}
