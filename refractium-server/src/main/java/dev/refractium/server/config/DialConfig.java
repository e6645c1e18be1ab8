package dev.refractium.server.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How long sessions try the servers of a pool; empty: as {@code [server]} says.
 *
 * @param connect for one connect
 * @param all for all connects of a session together
 */
public record DialConfig(
        @Key(value = "connect_timeout", min = "1ms", max = "1h")
        Optional<Duration> connect,

        @Key(value = "dial_timeout", min = "1ms", max = "3h")
        Optional<Duration> all) {
    private static final Keys<DialConfig> KEYS = new Keys<>(DialConfig.class);

    /** How many connects, each of which takes all of its time, all of them together have time for by default. */
    private static final int ATTEMPTS = 3;

    /** @throws InvalidValueException naming the key whose value is out of range */
    public DialConfig {
        KEYS.check(connect, all);
    }

    /** Returns how long one connect may take, of a server with these times. */
    public Duration connect(Timeouts server) {
        return connect.orElse(server.connect());
    }

    /** Returns how long all connects of a session may take together. */
    public Duration all(Timeouts server) {
        return all.or(server::dial).orElseGet(() -> connect(server).multipliedBy(ATTEMPTS));
    }
}
