package dev.refractium.server.config;

/**
 * How a route's sessions reach its backends.
 *
 * @param destination where they go; not nowhere
 */
public record Delivery(
        @Key(value = "forward_to", initial = Key.REQUIRED) Destination destination,
        SourceConfig source,
        ProxyHeaders headers) {
    /** @throws InvalidValueException naming the key whose value is refused */
    public Delivery {
        if (destination.isEmpty()) {
            throw new InvalidValueException("forward_to", "names no backend; write host:port");
        }
        Keys.requireDistinct("forward_to", destination.servers());
    }
}
