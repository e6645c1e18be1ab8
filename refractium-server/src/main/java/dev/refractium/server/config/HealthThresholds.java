package dev.refractium.server.config;

/**
 * How many results in a row change the health of a backend.
 *
 * @param rise successes after which a backend that is down is up
 * @param fall failures after which it is down
 */
public record HealthThresholds(
        @Key(value = "rise", initial = "1", min = "1", max = "100")
        int rise,

        @Key(value = "fall", initial = "2", min = "1", max = "100")
        int fall) {
    static final Keys<HealthThresholds> KEYS = new Keys<>(HealthThresholds.class);

    /** @throws InvalidValueException naming the key whose value is out of range */
    public HealthThresholds {
        KEYS.check(rise, fall);
    }
}
