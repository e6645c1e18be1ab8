package dev.refractium.server.generation;

import dev.refractium.server.generation.SessionLimits.RelayLimits;
import dev.refractium.server.limit.ListenerGate;
import dev.refractium.server.route.RouteLimits;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one listener of a generation enforces on its sessions. Any thread.
 *
 * @param gate which clients it serves, and how many
 * @param times where they differ from those of the server
 * @param relay the limits of sessions whose route has no times of its own
 */
public record ListenerLimits(ListenerGate gate, RouteLimits.Times times, RelayLimits relay) {
    /** Returns the limits of a listener whose server has these limits. */
    static ListenerLimits of(ListenerGate gate, RouteLimits.Times times, RelayLimits ofServer) {
        return new ListenerLimits(gate, times, ofServer.with(times));
    }

    /** Returns the keys that are set, each with its value, for people. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>(gate.own().rules().texts());
        if (!gate.exempt().isEmpty()) {
            texts.add("limits_exempt " + gate.exempt());
        }
        texts.addAll(times.texts());
        return texts;
    }

    /** Returns whether the listener's guard lets this client in. */
    public boolean admits(@Nullable InetAddress client) {
        return gate.own().rules().guard().admits(client);
    }
}
