package dev.refractium.server.config;

import java.util.OptionalInt;

/**
 * What happens to a route's sessions if something fails or changes.
 *
 * @param onIncomplete for sessions of this protocol whose attributes never became readable
 * @param onOddName for sessions of this protocol whose one name is no host name, if nothing else is wrong with them
 * @param onUnhealthy for sessions when no backend can be reached
 * @param retry whether a first datagram that was refused is sent to another backend, if the protocol allows it
 * @param responses the number of answers to each datagram of the client that ends a UDP session; 0: none does; empty: the
 *     protocol's own number
 * @param onRemoved for live sessions when a later configuration no longer has the route
 */
public record Handling(
        @Key(value = "on_incomplete", initial = "close") OnFailure onIncomplete,
        @Key(value = "on_odd_name", initial = "close") OnOddName onOddName,
        @Key(value = "on_unhealthy", initial = "close") OnFailure onUnhealthy,
        @Key(value = "retry", initial = "true") boolean retry,
        @Key(value = "responses", max = "1000") OptionalInt responses,
        @Key(value = "on_removed", initial = "keep") OnRemoved onRemoved) {
    private static final Keys<Handling> KEYS = new Keys<>(Handling.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public Handling {
        KEYS.check(onIncomplete, onOddName, onUnhealthy, retry, responses, onRemoved);
    }
}
