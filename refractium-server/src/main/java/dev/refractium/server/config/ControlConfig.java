package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where operators reach the server.
 *
 * @param control {@link #AUTO}, {@link #OFF}, or the absolute path of a socket
 * @param group whose members may use that socket too, by name or number
 * @param read the absolute path of a second socket, which only answers the status
 */
public record ControlConfig(
        @Key(value = "control", initial = AUTO) String control,
        @Key("control_group") Optional<String> group,
        @Key("control_read") Optional<String> read) {
    /** A control socket in the usual place. */
    public static final String AUTO = "auto";

    /** No control socket. */
    public static final String OFF = "off";

    private static final Keys<ControlConfig> KEYS = new Keys<>(ControlConfig.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}\\$?");

    /** @throws InvalidValueException naming the key whose value is refused */
    public ControlConfig {
        KEYS.check(control, group, read);
        if (isPath(control) && !Path.of(control).isAbsolute()) {
            throw new InvalidValueException("control", "is neither \"auto\" nor \"off\" nor an absolute path");
        }
        if (group.isPresent() && !NAME.matcher(group.get()).matches()) {
            throw new InvalidValueException(
                    "control_group", Escape.quoted(group.get()) + " is no name or number of a group");
        }
        if (read.isPresent() && !Path.of(read.get()).isAbsolute()) {
            throw new InvalidValueException("control_read", "is not an absolute path");
        }
        if (group.isPresent() && !isPath(control) && read.isEmpty()) {
            throw new InvalidValueException(
                    "control_group",
                    "goes with a socket in a directory that the group can enter; name one by control, or by"
                            + " control_read");
        }
    }

    /** Returns the named control socket; empty for {@link #AUTO} and {@link #OFF}. */
    public Optional<Path> socket() {
        return Optional.of(control).filter(ControlConfig::isPath).map(Path::of);
    }

    /** Returns how many sockets there are. */
    public int sockets() {
        return (control.equals(OFF) ? 0 : 1) + (read.isPresent() ? 1 : 0);
    }

    static boolean isPath(String control) {
        return !control.equals(AUTO) && !control.equals(OFF);
    }
}
