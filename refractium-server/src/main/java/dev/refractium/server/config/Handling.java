package dev.refractium.server.config;

import java.util.OptionalInt;

/**
 * What becomes of a route's sessions where something fails or changes.
 *
 * @param onIncomplete of a session of this protocol whose attributes never became readable
 * @param onUnhealthy of a session when no backend can be reached
 * @param retry whether a first datagram that was refused is sent to another backend, where the protocol allows it
 * @param responses how many answers to each datagram of the client end a UDP session, 0: none do; empty: what the protocol
 *     says of itself
 * @param onRemoved of its live sessions when a later configuration has no such route
 */
public record Handling(
        @Key(value = "on_incomplete", initial = "close") OnFailure onIncomplete,
        @Key(value = "on_unhealthy", initial = "close") OnFailure onUnhealthy,
        @Key(value = "retry", initial = "true") boolean retry,
        @Key(value = "responses", max = "1000") OptionalInt responses,
        @Key(value = "on_removed", initial = "keep") OnRemoved onRemoved) {
    private static final Keys<Handling> KEYS = new Keys<>(Handling.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public Handling {
        KEYS.check(onIncomplete, onUnhealthy, retry, responses, onRemoved);
    }
}
