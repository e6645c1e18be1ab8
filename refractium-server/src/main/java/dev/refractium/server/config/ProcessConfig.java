package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Suggestion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the server runs as a process.
 *
 * @param io one of {@link #IO}
 * @param threads empty: one per core
 * @param control {@link #CONTROL_AUTO}, {@link #CONTROL_OFF}, or the absolute path of a socket
 */
public record ProcessConfig(
        @Key(value = "io", initial = "auto") String io,
        @Key(value = "threads", min = "1", max = "256") OptionalInt threads,
        @Key(value = "hot_reload", initial = "true") boolean hotReload,
        Directories directories,
        @Key(value = "control", initial = CONTROL_AUTO) String control,

        @Key(value = "drain_timeout", initial = "10s", min = "0s", max = "24h")
        Duration drainTimeout) {
    /** The values of {@code io}. */
    public static final List<String> IO = List.of("auto", "epoll", "nio");

    /** A control socket in the usual place. */
    public static final String CONTROL_AUTO = "auto";

    /** No control socket. */
    public static final String CONTROL_OFF = "off";

    private static final Keys<ProcessConfig> KEYS = new Keys<>(ProcessConfig.class);

    /** @throws InvalidValueException naming the key whose value is refused */
    public ProcessConfig {
        KEYS.check(io, threads, hotReload, control, drainTimeout);
        if (!IO.contains(io)) {
            throw new InvalidValueException(
                    "io", Escape.quoted(io) + " is not known here; " + Suggestion.phrase(io, IO));
        }
        if (isControlPath(control) && !Path.of(control).isAbsolute()) {
            throw new InvalidValueException("control", "is neither \"auto\" nor \"off\" nor an absolute path");
        }
    }

    /** Returns the named control socket; empty for {@link #CONTROL_AUTO} and {@link #CONTROL_OFF}. */
    public Optional<Path> controlSocket() {
        return Optional.of(control).filter(ProcessConfig::isControlPath).map(Path::of);
    }

    static boolean isControlPath(String control) {
        return !control.equals(CONTROL_AUTO) && !control.equals(CONTROL_OFF);
    }
}
