package dev.refractium.server;

import dev.refractium.server.config.CheckKind;
import dev.refractium.server.config.HealthConfig;
import dev.refractium.server.config.HealthExchange;
import dev.refractium.server.config.PatternConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How backends are checked, with the keys of a {@code health} table. One thread. */
public final class HealthBuilder {
    private final Map<String, Object> values = new HashMap<>();
    private final List<PatternConfig> expected = new ArrayList<>();

    HealthBuilder() {}

    /**
     * Sets the check: "tcp", "tls", "protocol", "send" or "off".
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public HealthBuilder check(String check) {
        try {
            values.put("check", CheckKind.valueOf(check.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + check + "\" is no check; write tcp, tls, protocol, send or off", e);
        }
        return this;
    }

    /** Sets the time between two probes of an address. */
    public HealthBuilder interval(Duration interval) {
        values.put("interval", interval);
        return this;
    }

    /** Sets how long a whole probe may take. */
    public HealthBuilder timeout(Duration timeout) {
        values.put("timeout", timeout);
        return this;
    }

    /** Sets the share of the interval by which it varies at random, 0 to 0.5. */
    public HealthBuilder jitter(double share) {
        values.put("jitter", share);
        return this;
    }

    /** Sets after how many successes in a row a backend that is down is up. */
    public HealthBuilder rise(int successes) {
        values.put("rise", (long) successes);
        return this;
    }

    /** Sets after how many failures in a row a backend is down. */
    public HealthBuilder fall(int failures) {
        values.put("fall", (long) failures);
        return this;
    }

    /** Sets the port to probe; by default, that of sessions. */
    public HealthBuilder port(int port) {
        values.put("port", (long) port);
        return this;
    }

    /** Sets what the check "send" sends. */
    public HealthBuilder send(byte[] bytes) {
        values.put("send", HealthExchange.digits(bytes));
        return this;
    }

    /** Sets the file that has what the check "send" sends. */
    public HealthBuilder sendFile(Path file) {
        values.put("send_file", file);
        return this;
    }

    /** Adds bytes that an answer to the check "send" may begin with. */
    public HealthBuilder expect(byte[] prefix) {
        expected.add(PatternConfig.prefix(prefix));
        return this;
    }

    /** Sets whether a session counts as a failure whose backend resets it before the first byte. */
    public HealthBuilder resetBeforeFirstByte(boolean counts) {
        values.put("reset_before_first_byte", counts);
        return this;
    }

    /** @throws IllegalArgumentException naming the key whose value is refused */
    HealthConfig build() {
        Map<String, Object> all = new HashMap<>(values);
        all.put("expect", List.copyOf(expected));
        return HealthConfig.of(all);
    }
}
