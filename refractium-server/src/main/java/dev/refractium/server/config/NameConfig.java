package dev.refractium.server.config;

import dev.refractium.api.Units;
import java.time.Duration;

/**
 * How the names of backends are looked up.
 *
 * @param min the least time that an answer is kept
 * @param max the longest time that an answer is kept
 */
public record NameConfig(
        @Key(value = "resolvers", initial = Resolvers.SYSTEM)
        Resolvers resolvers,

        @Key(value = "resolve_min", initial = "1s", min = "100ms", max = "30s")
        Duration min,

        @Key(value = "resolve_max", initial = "30s", min = "1s", max = "24h")
        Duration max) {
    private static final Keys<NameConfig> KEYS = new Keys<>(NameConfig.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public NameConfig {
        KEYS.check(resolvers, min, max);
        if (min.compareTo(max) > 0) {
            throw new InvalidValueException(
                    "resolve_min", Units.format(min) + " is more than resolve_max, " + Units.format(max));
        }
    }
}
