package dev.refractium.server.config;

/** What happens to a session while all servers of its pool are down. */
public enum OnAllDown {
    /** They are tried all the same, since their health may be wrong. */
    TRY,
    /** None is dialled: {@code on_unhealthy} decides at once. */
    CLOSE
}
