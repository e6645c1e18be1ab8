package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the sockets of a listener are bound with, beside their addresses.
 *
 * @param device the only network interface that clients arrive by; empty: all
 */
public record SocketOptions(
        @Key(value = "backlog", initial = "4096", min = "1", max = "65535")
        int backlog,

        @Key("interface") Optional<String> device,
        @Key(value = "freebind", initial = "false") boolean freebind,
        @Key(value = "v6only", initial = "false") boolean v6Only) {
    private static final Keys<SocketOptions> KEYS = new Keys<>(SocketOptions.class);
    private static final Pattern DEVICE = Pattern.compile("[^\\s/]{1,15}");

    /** @throws InvalidValueException naming the key whose value is refused */
    public SocketOptions {
        KEYS.check(backlog, device, freebind, v6Only);
        if (device.isPresent() && !DEVICE.matcher(device.get()).matches()) {
            throw new InvalidValueException(
                    "interface",
                    Escape.quoted(device.get())
                            + " is no interface's name; write one of 1 to 15 characters, as \"eth0\"");
        }
    }
}
