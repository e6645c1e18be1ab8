package dev.refractium.server.config;

/** Key {@code send_proxy}: the version of the PROXY protocol that backends get. */
public enum ProxyVersion {
    /** A line of text, for TCP. */
    V1,
    /** Binary, for TCP and UDP. */
    V2
}
