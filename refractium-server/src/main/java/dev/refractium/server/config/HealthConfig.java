package dev.refractium.server.config;

import dev.refractium.api.Units;
import dev.refractium.server.text.Words;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The key {@code health}: how the health of backends is found out.
 *
 * @param check empty: by a connect over TCP, and not at all over UDP
 * @param port the port to probe; empty: that of sessions
 * @param resets whether a session counts as a failure whose backend resets it before the first byte
 */
public record HealthConfig(
        @Key("check") Optional<CheckKind> check,
        HealthTimes times,
        HealthThresholds thresholds,
        @Key(value = "port", min = "1", max = "65535") OptionalInt port,
        HealthExchange exchange,

        @Key(value = "reset_before_first_byte", initial = "false")
        boolean resets) {
    static final Keys<HealthConfig> KEYS = new Keys<>(HealthConfig.class);

    /** The check that each transport has by default, by the default times. */
    public static final HealthConfig DEFAULT = of(Map.of());

    /** No probes. */
    public static final HealthConfig OFF = of(CheckKind.OFF);

    /** @throws InvalidValueException naming the key whose value is refused */
    public HealthConfig {
        KEYS.check(check, port, resets);
        boolean sends = check.equals(Optional.of(CheckKind.SEND));
        if (sends && exchange.isEmpty()) {
            throw new InvalidValueException(
                    "check", "is \"send\" without anything to send or to expect; add send, send_file or expect");
        }
        if (!sends && !exchange.isEmpty()) {
            throw new InvalidValueException(
                    exchange.expect().isEmpty() ? exchange.send().isPresent() ? "send" : "send_file" : "expect",
                    "is for check = \"send\"; set it, or remove this");
        }
    }

    /** Returns a check of this kind, by the default times. */
    public static HealthConfig of(CheckKind kind) {
        return of(Map.of("check", kind));
    }

    /** Returns the default check, at this interval. */
    public static HealthConfig every(Duration interval) {
        return of(Map.of("interval", interval));
    }

    /**
     * Makes a check from a builder's values.
     *
     * @param values key to value, with the types of these records' components
     * @throws InvalidValueException naming {@code health}, and in its text the key whose value is refused
     */
    public static HealthConfig of(Map<String, ?> values) {
        try {
            return KEYS.make(values, Origin.of("defaults", "health"));
        } catch (InvalidValueException e) {
            throw new InvalidValueException("health", e.key() + " " + e.detail());
        }
    }

    /** Returns the value as the file has it, without what is seldom set. */
    @Override
    public String toString() {
        if (check.equals(Optional.of(CheckKind.OFF))) {
            return word(CheckKind.OFF);
        }
        String kind = check.map(said -> "check = \"" + word(said) + "\", ").orElse("");
        return "{ " + kind + "interval = \"" + Units.format(times.interval()) + "\" }";
    }

    /** Returns the word for a kind, as the file has it. */
    public static String word(CheckKind kind) {
        return Words.of(kind);
    }
}
