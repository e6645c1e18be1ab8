package dev.refractium.server.config;

/**
 * What happens to a route's sessions if something fails or changes.
 *
 * @param onIncomplete for sessions of this protocol whose attributes never became readable
 * @param onUnhealthy for sessions when no backend can be reached
 * @param retry whether a first datagram that was refused is sent to another backend, if the protocol allows it
 * @param onRemoved for live sessions when a later configuration no longer has the route
 */
public record Handling(
        @Key(value = "on_incomplete", initial = "close") OnFailure onIncomplete,
        @Key(value = "on_unhealthy", initial = "close") OnFailure onUnhealthy,
        @Key(value = "retry", initial = "true") boolean retry,
        @Key(value = "on_removed", initial = "keep") OnRemoved onRemoved) {}
