package dev.refractium.server.config;

/** What happens to a session that its route cannot serve: {@code on_incomplete} and {@code on_unhealthy}. */
public enum OnFailure {
    CLOSE,
    FALLBACK
}
