package dev.refractium.server.config;

/** Key {@code send_proxy_udp}: which datagrams of a session carry the PROXY header to the backend. */
public enum ProxyDatagrams {
    EACH,
    /** The first one that a backend gets. */
    FIRST
}
