package dev.refractium.server.config;

import dev.refractium.api.Units;
import java.time.Duration;
import java.util.Optional;

/**
 * For how long, and with how many bytes, a session may be undecided.
 *
 * @param silence less than {@code timeout}; empty: see {@link #silenceTimeout}
 * @param memory limit of the bytes of all undecided sessions together
 */
public record PeekConfig(
        @Key(value = "peek_timeout", initial = "3s", min = "2ms", max = "1h")
        Duration timeout,

        @Key(value = "peek_buffer_size", initial = "16KiB", min = "512B", max = "64KiB")
        Size bufferSize,

        @Key(value = "peek_memory", initial = "32MiB", min = "64KiB", max = "1024GiB")
        Size memory,

        @Key(value = "silence_timeout", min = "1ms", max = "1h")
        Optional<Duration> silence) {
    private static final Keys<PeekConfig> KEYS = new Keys<>(PeekConfig.class);
    private static final Duration USUAL_SILENCE = Duration.ofSeconds(1);

    /** @throws InvalidValueException naming the key whose value is out of range or contradicts another's */
    public PeekConfig {
        KEYS.check(timeout, bufferSize, memory, silence);
        if (silence.isPresent() && silence.get().compareTo(timeout) >= 0) {
            throw new InvalidValueException(
                    "silence_timeout",
                    Units.format(silence.get()) + " is not less than peek_timeout, which is " + Units.format(timeout)
                            + "; lower this or raise that");
        }
    }

    /**
     * Returns how long a client must be silent to go to the route for silent clients; by default a second, or half of
     * {@link #timeout}.
     */
    public Duration silenceTimeout() {
        Duration half = Duration.ofMillis(timeout.toMillis() / 2);
        return silence.orElse(half.compareTo(USUAL_SILENCE) < 0 ? half : USUAL_SILENCE);
    }
}
