package dev.refractium.server.config;

/**
 * What becomes of a route's sessions where something fails or changes.
 *
 * @param onIncomplete of a session of this protocol whose attributes never became readable
 * @param onOddName of a session of this protocol whose one name is no host name, with nothing else wrong
 * @param onUnhealthy of a session when no backend can be reached
 * @param retry whether a first datagram that was refused is sent to another backend, where the protocol allows it
 * @param onRemoved of its live sessions when a later configuration has no such route
 */
public record Handling(
        @Key(value = "on_incomplete", initial = "close") OnFailure onIncomplete,
        @Key(value = "on_odd_name", initial = "close") OnOddName onOddName,
        @Key(value = "on_unhealthy", initial = "close") OnFailure onUnhealthy,
        @Key(value = "retry", initial = "true") boolean retry,
        @Key(value = "on_removed", initial = "keep") OnRemoved onRemoved) {}
