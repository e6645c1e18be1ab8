package dev.refractium.server.config;

/**
 * How fast sessions may begin; 0: no limit.
 *
 * @param newPerSecond of all clients
 * @param newPerSecondPerIp of one client
 */
public record RateConfig(
        @Key(value = "new_per_second", initial = "0", max = "1000000")
        int newPerSecond,

        @Key(value = "new_per_second_per_ip", initial = "0", max = "1000000")
        int newPerSecondPerIp) {
    private static final Keys<RateConfig> KEYS = new Keys<>(RateConfig.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public RateConfig {
        KEYS.check(newPerSecond, newPerSecondPerIp);
    }
}
