package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.util.Optional;

/**
 * A fallback of a configuration, with its place.
 *
 * @param listener the one whose sessions go there; empty: all listeners that have none of their own
 */
public record PlacedFallback(Transport transport, Destination destination, Optional<String> listener, Origin origin) {
    /** Returns the key that names it. */
    public String key() {
        return Fallbacks.key(transport);
    }

    /** Returns whether sessions of the listener of this name may go there. */
    public boolean isOn(String name) {
        return listener.isEmpty() || listener.get().equals(name);
    }
}
