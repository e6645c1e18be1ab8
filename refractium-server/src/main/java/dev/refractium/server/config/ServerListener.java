package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.Optional;

/**
 * The listener that {@code [server]} describes if there are no {@code [[listeners]]}, and what applies to the sessions of
 * all listeners.
 *
 * @param bind an IP literal without brackets, or "localhost"
 * @param fallbacks where sessions go that no route takes, unless their listener says otherwise
 * @param hooks names of the hooks of all sessions
 * @param access which clients are let in, unless their listener says otherwise, and how fast, of all listeners together
 * @param mapNetworks networks whose addresses a map may name although they are this machine's, or of no host
 */
public record ServerListener(
        @Key(value = "bind", initial = "0.0.0.0") String bind,

        @Key(value = "port", initial = "8080", max = "65535")
        int port,

        Fallbacks fallbacks,
        @Key("hooks") List<String> hooks,
        AccessConfig access,
        @Key("map_networks") Optional<Prefixes> mapNetworks) {
    private static final Keys<ServerListener> KEYS = new Keys<>(ServerListener.class);

    /** @throws InvalidValueException naming the key whose value is refused */
    public ServerListener {
        hooks = HookConfig.checkedNames(hooks);
        checkBind(bind);
        KEYS.check(bind, port, hooks, mapNetworks);
    }

    static void checkBind(String bind) {
        if (HostName.isIpv4(bind) || HostName.isIpv6(bind) || bind.equals("localhost")) {
            return;
        }
        String hint = bind.startsWith("[") || bind.indexOf(':') >= 0
                ? "write an IPv6 address without brackets, and the port by its own key"
                : "write \"0.0.0.0\" or \"::\" for every address, another IP address, or \"localhost\"";
        throw new InvalidValueException("bind", Escape.quoted(bind) + " is not an IP address; " + hint);
    }
}
