package dev.refractium.server.config;

import dev.refractium.api.Transport;
import dev.refractium.server.text.Escape;
import java.util.List;

/**
 * Where a listener listens, and what applies to all its sessions.
 *
 * @param bind an IP literal without brackets, or "localhost"
 * @param fallbackTcp the backends of TCP sessions that no route takes; empty: they are closed
 * @param fallbackUdp the same for UDP
 * @param hooks names of the hooks of all sessions
 */
public record ListenerConfig(
        @Key(value = "bind", initial = "0.0.0.0") String bind,

        @Key(value = "port", initial = "8080", max = "65535")
        int port,

        @Key("fallback_tcp") List<Endpoint> fallbackTcp,
        @Key("fallback_udp") List<Endpoint> fallbackUdp,
        @Key("hooks") List<String> hooks) {
    private static final Keys<ListenerConfig> KEYS = new Keys<>(ListenerConfig.class);

    /** @throws InvalidValueException naming the key whose value is refused */
    public ListenerConfig {
        fallbackTcp = List.copyOf(fallbackTcp);
        fallbackUdp = List.copyOf(fallbackUdp);
        hooks = HookConfig.checkedNames(hooks);
        checkBind(bind);
        KEYS.check(bind, port, fallbackTcp, fallbackUdp, hooks);
        Keys.requireDistinct("fallback_tcp", fallbackTcp);
        Keys.requireDistinct("fallback_udp", fallbackUdp);
    }

    /** Returns the backends of sessions that no route takes; empty: they are closed. */
    public List<Endpoint> fallback(Transport transport) {
        return transport == Transport.TCP ? fallbackTcp : fallbackUdp;
    }

    private static void checkBind(String bind) {
        if (HostName.isIpv4(bind) || HostName.isIpv6(bind) || bind.equals("localhost")) {
            return;
        }
        String hint = bind.startsWith("[") || bind.indexOf(':') >= 0
                ? "write an IPv6 address without brackets, and the port by its own key"
                : "write \"0.0.0.0\" or \"::\" for every address, another IP address, or \"localhost\"";
        throw new InvalidValueException("bind", Escape.quoted(bind) + " is not an IP address; " + hint);
    }
}
