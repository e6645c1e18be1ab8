package dev.refractium.server.config;

/**
 * What becomes of a pool's sessions when its servers are down.
 *
 * @param onBackendDown for live sessions of a server that its checks, or an operator, have found to be down
 * @param onAllDown for new sessions while all servers are down
 */
public record OutageConfig(
        @Key(value = "on_backend_down", initial = "keep") OnBackendDown onBackendDown,
        @Key(value = "on_all_down", initial = "try") OnAllDown onAllDown) {}
