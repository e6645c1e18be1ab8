package dev.refractium.server.generation;

import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.limit.ListenerGate;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one listener of a generation enforces on its sessions. Any thread.
 *
 * @param gate which clients it serves, and how many
 * @param relay the limits of sessions whose route has no times of its own
 */
public record ListenerLimits(ListenerGate gate, RelayLimits relay) {
    /** Returns the keys of the gate that are set, each with its value, for people. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>(gate.own().rules().texts());
        if (!gate.exempt().isEmpty()) {
            texts.add("limits_exempt " + gate.exempt());
        }
        return texts;
    }

    /** Returns whether the listener's guard lets this client in. */
    public boolean admits(@Nullable InetAddress client) {
        return gate.own().rules().guard().admits(client);
    }
}
