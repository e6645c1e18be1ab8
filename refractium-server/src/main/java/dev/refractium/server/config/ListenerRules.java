package dev.refractium.server.config;

import java.util.Map;
import java.util.Optional;

/**
 * What a listener enforces on its sessions, and where those go that no route takes.
 *
 * @param fallbacks nowhere: as {@code [server]} says
 * @param limitsExempt clients that no limit per address applies to; empty: as {@code [server]} says
 */
public record ListenerRules(
        Fallbacks fallbacks,
        SessionRules sessions,
        @Key("limits_exempt") Optional<Prefixes> limitsExempt) {
    private static final Keys<ListenerRules> KEYS = new Keys<>(ListenerRules.class);

    /** Returns rules with these fallbacks, and nothing beyond what the server enforces. */
    static ListenerRules of(Fallbacks fallbacks) {
        ListenerRules none = KEYS.make(Map.of(), Origin.of("defaults", "listeners"));
        return new ListenerRules(fallbacks, none.sessions, none.limitsExempt);
    }
}
