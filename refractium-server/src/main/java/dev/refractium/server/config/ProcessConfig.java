package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Suggestion;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * How the server runs as a process.
 *
 * @param io one of {@link #IO}
 * @param threads empty: one per core
 */
public record ProcessConfig(
        @Key(value = "io", initial = "auto") String io,
        @Key(value = "threads", min = "1", max = "256") OptionalInt threads,
        @Key(value = "hot_reload", initial = "true") boolean hotReload,
        Directories directories,
        ControlConfig control,

        @Key(value = "drain_timeout", initial = "10s", min = "0s", max = "24h")
        Duration drainTimeout) {
    /** The values of {@code io}. */
    public static final List<String> IO = List.of("auto", "epoll", "nio");

    private static final Keys<ProcessConfig> KEYS = new Keys<>(ProcessConfig.class);

    /** @throws InvalidValueException naming the key whose value is refused */
    public ProcessConfig {
        KEYS.check(io, threads, hotReload, drainTimeout);
        if (!IO.contains(io)) {
            throw new InvalidValueException(
                    "io", Escape.quoted(io) + " is not known here; " + Suggestion.phrase(io, IO));
        }
    }
}
