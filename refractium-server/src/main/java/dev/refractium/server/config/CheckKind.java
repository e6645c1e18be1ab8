package dev.refractium.server.config;

/** How a backend is checked. */
public enum CheckKind {
    /** By a connect. */
    TCP,
    /** By a ClientHello. */
    TLS,
    /** As the plugin of the route's protocol knows it. */
    PROTOCOL,
    /** By bytes that the configuration has. */
    SEND,
    /** Not at all: sessions alone show whether it is up. */
    OFF
}
