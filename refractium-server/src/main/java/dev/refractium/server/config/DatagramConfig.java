package dev.refractium.server.config;

import java.util.OptionalInt;

/**
 * What a route asks of its UDP sessions.
 *
 * @param retry whether a first datagram that was refused is sent to another backend, if the protocol allows it
 * @param responses the number of answers to each datagram of the client that ends a UDP session; 0: none does; empty: the
 *     protocol's own number
 */
public record DatagramConfig(
        @Key(value = "retry", initial = "true") boolean retry,
        @Key(value = "responses", max = "1000") OptionalInt responses) {
    private static final Keys<DatagramConfig> KEYS = new Keys<>(DatagramConfig.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public DatagramConfig {
        KEYS.check(retry, responses);
    }
}
