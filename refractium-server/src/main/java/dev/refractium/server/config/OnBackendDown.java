package dev.refractium.server.config;

/** What happens to the live sessions of a server that its checks, or an operator, have found to be down. */
public enum OnBackendDown {
    KEEP,
    CLOSE
}
