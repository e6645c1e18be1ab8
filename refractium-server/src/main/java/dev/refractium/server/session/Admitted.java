package dev.refractium.server.session;

/** The answer to a client that arrives: a {@link Permit}, or the limit that it would exceed, as an {@link EndReason}. */
public sealed interface Admitted permits Permit, EndReason {}
