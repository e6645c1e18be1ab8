package dev.refractium.server.config;

/**
 * How a route's sessions reach its backends.
 *
 * @param destination where they go; not nowhere
 * @param rules of the pool that the route has if it lists servers; of no effect if it names a pool
 */
public record Delivery(
        @Key(value = "forward_to", initial = Key.REQUIRED) Destination destination,
        PoolRules rules,
        SourceConfig source,
        ProxyHeaders headers) {
    /** @throws InvalidValueException naming the key whose value is refused */
    public Delivery {
        if (destination.isEmpty()) {
            throw new InvalidValueException("forward_to", "names no backend; write host:port");
        }
        ServersReader.requireDistinct("forward_to", destination.servers());
        rules.balance().check("forward_to", destination.servers());
    }
}
